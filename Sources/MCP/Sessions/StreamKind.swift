/// What a stream of events carries.
public enum StreamKind: String, Sendable, Hashable {
    /// What is said in answer to a request. It ends with its final event and can be resumed for a while then.
    case response
    /// What is told unasked, by ``SessionStore/tell(_:ofResource:)``. It has no final event: it ends when nobody has read
    /// it for ``SessionLimits/endedStreamRetention``.
    case changes
}
