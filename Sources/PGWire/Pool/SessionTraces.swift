/// Tells by a statement's text and by the server's answer whether it may have left something in the session that the next
/// user of the connection must not find: a setting, a temporary table, a LISTEN, an advisory lock, a cursor, a prepared
/// statement.
///
/// The answer's command tag names what was done, whatever comments and blanks the text began with. What a function did is
/// not in it; those of PostgreSQL's own that leave traces are known by name. What a function of the user's does inside of
/// itself shows nowhere.
enum SessionTraces {
    /// Whether the text may leave traces though its command tag is that of an ordinary statement, or though it fails:
    /// `set_config`, the advisory locks that last as long as the session, and tables that are made by a SELECT into a
    /// temporary one.
    ///
    /// A column that is called `temp` is mistaken for one, which costs a round trip and does no harm.
    static func areWritten(in sql: String) -> Bool {
        let bytes = sql.utf8.span
        for index in bytes.indices {
            switch bytes[index] | 0x20 {
            case UInt8(ascii: "t"):
                if isTemporary(bytes, index) { return true }
            case UInt8(ascii: "_") | 0x20:
                if isFunction(bytes, index) { return true }
            default: break
            }
        }
        return false
    }

    /// Whether a statement that succeeded with this tag may have left traces.
    static func areLeft(by commandTag: String, of sql: String) -> Bool {
        if ordinary.contains(where: { commandTag.hasPrefix($0) }) { return false }
        if commandTag.isEmpty { return false }
        return !(commandTag == "SET" && isLocal(sql))
    }

    /// Whether a statement whose end is not known may have left traces.
    static func mayBeLeft(by sql: String) -> Bool {
        let word = sql.utf8.drop { $0 <= 0x20 }.prefix {
            $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")
        }
        let harmless = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES", "MERGE", "COPY"]
        return areWritten(in: sql) || !harmless.contains { word.elementsEqual($0.utf8) { $0 & 0xDF == $1 } }
    }

    /// The beginnings of tags of statements that leave nothing but what they wrote to tables, the most frequent first.
    private static let ordinary = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "ROLLBACK", "MERGE", "COPY", "FETCH", "MOVE", "SHOW",
        "EXPLAIN", "NOTIFY", "SAVEPOINT", "RELEASE", "START TRANSACTION", "TRUNCATE", "LOCK", "ANALYZE", "VACUUM",
    ]

    /// SET LOCAL ends with its transaction.
    private static func isLocal(_ sql: String) -> Bool {
        let words = sql.utf8.prefix(64).split { $0 <= 0x20 }
        return words.count >= 2 && words[0].elementsEqual("SET".utf8) { $0 & 0xDF == $1 }
            && words[1].elementsEqual("LOCAL".utf8) { $0 & 0xDF == $1 }
    }

    /// Whether the word at a position is `temp` or `temporary`.
    private static func isTemporary(_ bytes: borrowing Span<UInt8>, _ index: Int) -> Bool {
        guard matches(bytes, index, "temp"), index == 0 || !isPartOfName(bytes[index - 1]) else { return false }
        let end = matches(bytes, index + 4, "orary") ? index + 9 : index + 4
        return end >= bytes.count || !isPartOfName(bytes[end])
    }

    /// Whether the underscore at a position is one of `set_config`, `advisory_lock` and `pg_temp`.
    private static func isFunction(_ bytes: borrowing Span<UInt8>, _ index: Int) -> Bool {
        matches(bytes, index - 3, "set_config") || matches(bytes, index - 8, "advisory_lock")
            || matches(bytes, index - 2, "pg_temp")
    }

    private static func matches(_ bytes: borrowing Span<UInt8>, _ start: Int, _ word: String) -> Bool {
        guard start >= 0, start <= bytes.count - word.utf8.count else { return false }
        var index = start
        for byte in word.utf8 {
            guard bytes[index] | 0x20 == byte | 0x20 else { return false }
            index += 1
        }
        return true
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }
}
