/// A change of what a session wants to be told.
public enum SessionChange: Sendable, Equatable {
    /// From this level on log messages are sent.
    case logLevel(LogLevel)
    /// Changes of this resource are told.
    case subscribe(uri: String)
    /// They are no longer told.
    case unsubscribe(uri: String)
}
