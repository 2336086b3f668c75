/// What can be watched in a session.
public enum WatchedSubject: Hashable, Sendable {
    /// What comes on a stream.
    case stream(StreamID)
    /// A message that is left at an address.
    case message(address: String)
}
