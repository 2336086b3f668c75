/// A message of a prompt.
public struct PromptMessage: Sendable, Hashable {
    /// Who says it.
    public var role: Role
    /// What is said.
    public var content: ContentBlock

    /// A message.
    public init(_ role: Role, _ content: ContentBlock) {
        self.role = role
        self.content = content
    }

    /// A text of the user's.
    public static func user(_ text: String) -> PromptMessage { PromptMessage(.user, .text(text)) }

    /// A text of the model's.
    public static func assistant(_ text: String) -> PromptMessage { PromptMessage(.assistant, .text(text)) }

    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        ["role": .string(role.rawValue), "content": content.jsonValue(for: version)]
    }
}
