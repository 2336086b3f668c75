import MCP

/// Finds the session that a call is about: the one that its `session` argument names, else the legacy session that the
/// request belongs to.
enum SessionResolution {
    /// The `session` argument, as it stands in the input schema of every tool.
    static let inputProperty: JSONValue = [
        "type": "string",
        "description": """
        The session's handle, ses_ and 32 more characters, as an earlier call returned it. Leave it out to use the \
        session of your connection, if it has one.
        """,
    ]

    /// The `session` member, as it stands in the output schema of every tool.
    static let outputProperty: JSONValue = [
        "type": "string",
        "description": "The session's handle: whoever has it can use the session. Pass it as `session` in later calls.",
    ]

    /// The schema of a `key` argument.
    static func keyProperty(_ description: String) -> JSONValue {
        ["type": "string", "minLength": 1, "maxLength": 256, "description": .string(description)]
    }

    /// The result of what removes values.
    static let removedResult: JSONObject = [
        "removed": ["type": "integer", "minimum": 0, "description": "How many values were removed."]
    ]

    /// The output schema of a tool whose result has `session` and these members, of which some may be missing.
    static func outputSchema(_ results: JSONObject, optional: [String]) -> JSONValue {
        var properties: JSONObject = ["session": outputProperty]
        for (name, schema) in results { properties[name] = schema }
        let required = properties.map(\.key).filter { !optional.contains($0) }
        return [
            "type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) }),
        ]
    }

    /// The call names no session and belongs to none.
    struct NoSession: Error {
        /// What the model is told.
        var result: CallToolResult {
            .failure(
                code: "no_session",
                message: """
                    This call names no session and your connection has none. Pass the handle that open_session or \
                    store_value returned as `session`; without a handle, call one of them first, which opens a session.
                    """)
        }
    }

    /// The handle of the call's session, or nil where the call has none.
    ///
    /// - Throws: ``SessionStoreError/sessionUnknown`` for an argument that cannot be a handle.
    static func handle(
        _ arguments: JSONObject, _ context: RequestContext
    ) throws(SessionStoreError) -> SessionHandle? {
        guard let argument = arguments["session"] else { return context.session }
        guard let handle = argument.stringValue.flatMap({ SessionHandle($0) }) else { throw .sessionUnknown }
        return handle
    }

    /// The handle of the call's session.
    static func requiredHandle(_ arguments: JSONObject, _ context: RequestContext) throws -> SessionHandle {
        guard let handle = try handle(arguments, context) else { throw NoSession() }
        return handle
    }

    /// The string under a name that the input schema requires.
    static func string(_ name: String, in arguments: JSONObject) throws(SessionStoreError) -> String {
        guard let text = arguments[name]?.stringValue else { throw .invalidArgument("`\(name)` must be a string") }
        return text
    }

    /// The integer under a name, where there is one.
    static func integer(_ name: String, in arguments: JSONObject) throws(SessionStoreError) -> Int64? {
        guard let argument = arguments[name] else { return nil }
        guard let number = argument.intValue else { throw .invalidArgument("`\(name)` must be an integer below 2⁶³") }
        return number
    }
}
