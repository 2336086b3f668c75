import MCP

/// `get_value`: reads what `store_value` stored.
struct GetValueTool: SessionTool {
    struct Input: SessionInput {
        @Field(SessionResolution.argumentDescription) var session: String?
        @Field("The name under which the value was stored.", SessionResolution.keyConstraints) var key: String
    }

    struct Output: SessionOutput {
        @Field(SessionResolution.resultDescription) var session: String
        @Field var key: String
        @Field("Whether the key has a value.") var found: Bool
        @Field("The value, exactly as it was stored; absent where there is none.") var value: JSONValue?
        @Field("The key's version, for store_value's if_version; absent where there is none.", ["minimum": 1])
        var version: Int64?
    }

    let store: any SessionStore

    let name = "get_value"
    let title: String? = "Get a value"
    let description = """
        Reads the value that store_value stored under a key of a session, with its version. A key without a value is no \
        error: `found` is false then.
        """
    let annotations: ToolAnnotations? = .reading

    func call(_ input: Input, in session: SessionHandle, of principal: Principal) async throws -> Output {
        let found = try await store.value(forKey: input.key, in: session, of: principal)
        var output = Output()
        output.key = input.key
        output.found = found != nil
        output.value = found?.value
        output.version = found?.version
        return output
    }
}
