/// How severe a log message is: the levels of RFC 5424, the least severe first.
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    /// For who looks for a fault.
    case debug
    /// What happens normally.
    case info
    /// Normal, and worth to be known.
    case notice
    /// Something may go wrong.
    case warning
    /// Something went wrong.
    case error
    /// A part of the server does not work.
    case critical
    /// Somebody must act at once.
    case alert
    /// The server cannot be used.
    case emergency

    /// Whether the left level is less severe.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The level that a parameter names.
    init(parameter value: JSONValue?) throws(JSONRPCError) {
        guard let level = value?.stringValue.flatMap(LogLevel.init) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONRPCError(.invalidParams, "The log level must be one of \(names)")
        }
        self = level
    }
}
