/// What a server is asked that did not report by itself whether it is a standby or takes no writes.
enum SessionQuestion: Sendable, Equatable {
    /// Whether transactions cannot write by default.
    case isReadOnly
    /// Whether the server is a standby.
    case isStandby

    /// The simple query that asks.
    var sql: String {
        switch self {
        case .isReadOnly: "SHOW transaction_read_only"
        case .isStandby: "SELECT pg_catalog.pg_is_in_recovery()"
        }
    }

    /// What a value of the answer means; nil for what is none.
    func answer(_ value: [UInt8]) -> Bool? {
        switch String(decoding: value, as: UTF8.self) {
        case "on", "t": true
        case "off", "f": false
        default: nil
        }
    }
}
