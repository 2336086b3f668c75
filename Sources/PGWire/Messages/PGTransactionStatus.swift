/// Where the session stands between two commands, as each ReadyForQuery reports it.
///
/// See ReadyForQuery in [Message Formats](https://www.postgresql.org/docs/current/protocol-message-formats.html).
public enum PGTransactionStatus: UInt8, Sendable, Equatable {
    /// Outside a transaction block.
    case idle = 0x49  // I
    /// In a transaction block.
    case inTransaction = 0x54  // T
    /// In a transaction block that failed: the server refuses everything until it is rolled back.
    case failed = 0x45  // E
}
