import MCP

/// `increment_value`: adds to an integer, however many do so at once.
struct IncrementValueTool: SessionTool {
    struct Input: SessionInput {
        @Field(SessionResolution.argumentDescription) var session: String?
        @Field("The name of the value within the session.", SessionResolution.keyConstraints) var key: String
        @Field("What is added; negative to subtract.") var by: Int64 = 1
    }

    struct Output: SessionOutput {
        @Field(SessionResolution.resultDescription) var session: String
        @Field("The sum, which is the value now.") var value: Int64
        @Field("The key's version; every write raises it.", ["minimum": 1]) var version: Int64
    }

    let store: any SessionStore

    let name = "increment_value"
    let title: String? = "Add to a value"
    let description = """
        Adds an integer to the integer that a key of a session has, in one step: of several calls at once none is lost. A \
        key without a value counts as 0. A value that is no integer of 64 bits is the error not_a_number.
        """
    let annotations: ToolAnnotations? = .writing(destructive: false, idempotent: false)

    func call(_ input: Input, in session: SessionHandle, of principal: Principal) async throws -> Output {
        let sum = try await store.incrementValue(forKey: input.key, by: input.by, in: session, of: principal)
        var output = Output()
        output.value = sum.value
        output.version = sum.version
        return output
    }
}
