import MCP

/// The arguments of what removes all values of a session.
struct WholeSession: SessionInput {
    @Field(SessionResolution.argumentDescription) var session: String?
}

/// The result of what removes all values of a session.
struct RemovedValues: SessionOutput {
    @Field(SessionResolution.resultDescription) var session: String
    @Field("How many values were removed.", ["minimum": 0]) var removed: Int

    init() {}

    init(_ count: Int) {
        removed = count
    }
}
