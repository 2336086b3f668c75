/// A message that another session sent with NOTIFY.
///
/// See [NOTIFY](https://www.postgresql.org/docs/current/sql-notify.html).
public struct PGNotification: Sendable, Hashable {
    /// The channel's name.
    public let channel: String
    /// The text that was sent along; empty where there was none.
    public let payload: String
    /// The server's process that serves the sender.
    public let processID: Int32

    /// A notification with these fields.
    public init(channel: String, payload: String, processID: Int32) {
        self.channel = channel
        self.payload = payload
        self.processID = processID
    }
}
