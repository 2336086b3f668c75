/// What a Bind begins with, as far as it is the same for each execution of a statement: all but the number of the
/// parameters, and the length, which is filled in each time.
///
/// See Bind in [Message Formats](https://www.postgresql.org/docs/current/protocol-message-formats.html).
struct BindHead: Sendable {
    let bytes: [UInt8]

    /// Of the unnamed statement to the unnamed portal.
    static let unnamed = BindHead(statement: "")

    /// - Parameters: names without U+0000.
    init(portal: String = "", statement: String) {
        // One format code stands for all parameters.
        let formats: [UInt8] = [0, 1, 0, UInt8(truncatingIfNeeded: PGFormat.binary.rawValue)]
        bytes = [UInt8(ascii: "B"), 0, 0, 0, 0] + portal.utf8 + [0] + statement.utf8 + [0] + formats
    }
}
