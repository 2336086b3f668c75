/// Who says something in a conversation.
public enum Role: String, Sendable, Hashable {
    /// The person.
    case user
    /// The model.
    case assistant
}
