import MCP

/// `delete_value`: removes what `store_value` stored.
struct DeleteValueTool: SessionTool {
    struct Input: SessionInput {
        @Field(SessionResolution.argumentDescription) var session: String?
        @Field("The name under which the value was stored.", SessionResolution.keyConstraints) var key: String
        @Field(
            """
            Delete only if the value's version is this one. Otherwise nothing changes and the error version_conflict \
            tells the current version.
            """, ["minimum": 0])
        var if_version: Int64?
    }

    struct Output: SessionOutput {
        @Field(SessionResolution.resultDescription) var session: String
        @Field("Whether the key had a value.") var deleted: Bool
    }

    let store: any SessionStore

    let name = "delete_value"
    let title: String? = "Delete a value"
    let description = """
        Removes a key of a session and its value. A key without a value is no error: `deleted` is false then. To be sure \
        that nobody changed the value since you read it, pass its version as `if_version`.
        """
    let annotations: ToolAnnotations? = .writing(destructive: true, idempotent: true)

    func call(_ input: Input, in session: SessionHandle, of principal: Principal) async throws -> Output {
        var output = Output()
        output.deleted = try await store.deleteValue(
            forKey: input.key, in: session, of: principal, ifVersion: input.if_version)
        return output
    }
}
