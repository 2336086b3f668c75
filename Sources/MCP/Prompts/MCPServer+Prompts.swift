extension MCPServer {
    /// The result of `prompts/list`.
    func promptList(_ params: JSONObject?, version: ProtocolVersion) throws(JSONRPCError) -> JSONObject {
        try page(catalog.contents.prompts, as: "prompts", params, version: version) { $0.jsonValue(for: version) }
    }

    /// The result of `prompts/get`.
    func getPrompt(_ params: JSONObject?, context: RequestContext) async throws(JSONRPCError) -> JSONObject {
        guard let name = params?["name"]?.stringValue else {
            throw JSONRPCError(.invalidParams, "prompts/get needs the string name")
        }
        guard let prompt = catalog.contents.prompts.first(where: { $0.name.hasSameBytes(as: name) }) else {
            throw JSONRPCError(.invalidParams, "Unknown prompt: \(String(name.prefix(64)))")
        }
        let arguments = try Self.strings(params?["arguments"], "arguments")
        for argument in prompt.arguments where argument.isRequired && arguments[argument.name] == nil {
            throw JSONRPCError(.invalidParams, "The argument \(argument.name) is missing")
        }
        let messages = try await value(of: "The prompt", context) { try await prompt.messages(arguments, context) }
        var result = JSONObject()
        result["description"] = prompt.description.map { .string($0) }
        result["messages"] = .array(messages.map { $0.jsonValue(for: context.version) })
        return result
    }

    /// The strings of an object.
    static func strings(_ value: JSONValue?, _ what: String) throws(JSONRPCError) -> [String: String] {
        switch value {
        case nil, .null?: return [:]
        case .object(let object)?:
            var strings: [String: String] = [:]
            for (key, value) in object {
                guard let text = value.stringValue else {
                    throw JSONRPCError(.invalidParams, "\(what) must be strings")
                }
                strings[key] = text
            }
            return strings
        default: throw JSONRPCError(.invalidParams, "\(what) must be an object")
        }
    }
}
