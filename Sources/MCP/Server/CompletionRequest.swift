/// What a person has typed of a prompt's argument or a template's variable (server utilities, completion).
public struct CompletionRequest: Sendable, Hashable {
    /// The argument's or variable's name.
    public var argument: String
    /// What was typed so far.
    public var value: String
    /// The arguments that have a value already; known from 2025-06-18 on.
    public var arguments: [String: String]
}
