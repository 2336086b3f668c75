/// An ErrorResponse or NoticeResponse with every field that the server sent.
///
/// See [Error and Notice Message Fields](https://www.postgresql.org/docs/current/protocol-error-fields.html).
public struct PGServerError: Sendable, Equatable {
    /// A field of the message, by the byte that names it.
    public enum Field: UInt8, Sendable, CaseIterable {
        /// The severity, in the language of the server's messages.
        case localizedSeverity = 0x53  // S
        /// The severity, never translated.
        case severity = 0x56  // V
        /// The five characters of the error code.
        case sqlState = 0x43  // C
        /// The primary message: one line as a rule.
        case message = 0x4D  // M
        /// More on the problem, in any number of lines.
        case detail = 0x44  // D
        /// What to do about it, where the server has an idea; it may not fit.
        case hint = 0x48  // H
        /// Where in the statement it is, in characters counted from 1.
        case position = 0x50  // P
        /// The same in a statement that the server made itself, ``internalQuery``.
        case internalPosition = 0x70  // p
        /// The text of a statement that the server made itself, for instance one of a PL/pgSQL function.
        case internalQuery = 0x71  // q
        /// Where it happened: a call stack of functions and of statements that the server made, one a line.
        case context = 0x57  // W
        /// The schema of the object that the error is about.
        case schema = 0x73  // s
        /// The table that the error is about.
        case table = 0x74  // t
        /// The column that the error is about.
        case column = 0x63  // c
        /// The data type that the error is about.
        case dataType = 0x64  // d
        /// The constraint that was not kept; an index counts as one, too.
        case constraint = 0x6E  // n
        /// The file of the server's sources that reported it.
        case file = 0x46  // F
        /// The line of the server's sources that reported it.
        case line = 0x4C  // L
        /// The function of the server's sources that reported it.
        case routine = 0x52  // R
    }

    /// The fields by the byte that names them; bytes that this version does not know are kept.
    public var fields: [UInt8: String]

    /// A message with these fields.
    public init(fields: [UInt8: String]) {
        self.fields = fields
    }

    /// The value of a field, where the server sent it.
    public subscript(field: Field) -> String? { fields[field.rawValue] }

    /// `ERROR`, `FATAL`, `PANIC`, `WARNING`, `NOTICE` …, never translated.
    public var severity: String { self[.severity] ?? self[.localizedSeverity] ?? "ERROR" }

    /// The five characters of the [error code](https://www.postgresql.org/docs/current/errcodes-appendix.html).
    public var sqlState: String { self[.sqlState] ?? "XX000" }

    /// The primary message.
    public var message: String { self[.message] ?? "" }

    /// Whether the server ends the connection with this message.
    public var isFatal: Bool { severity == "FATAL" || severity == "PANIC" }

    /// Whether it says that a commit stands on this server and was not seen to reach its synchronous standby: the wait was
    /// cancelled. The text is translated, the routine is not.
    ///
    /// See [Synchronous Replication](https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION).
    public var isUnreplicatedCommit: Bool { severity == "WARNING" && self[.routine] == "SyncRepWaitForLSN" }
}

extension PGServerError {
    /// Reads an ErrorResponse or NoticeResponse.
    ///
    /// Before a session begins the server writes in an encoding of its own: what is not UTF-8 is repaired rather than
    /// refused, since the message says what went wrong.
    init(payload: RawSpan) throws(ByteReader.Failure) {
        var reader = ByteReader(payload)
        var fields: [UInt8: String] = [:]
        while case let field = try reader.read(UInt8.self), field != 0 {
            fields[field] = try reader.readRepairedCString()
        }
        try reader.finish()
        self.init(fields: fields)
    }
}
