/// Where in the program a connection was asked for.
struct PoolCallSite: Sendable, CustomStringConvertible {
    let file: StaticString
    let line: UInt

    var description: String { "\(file):\(line)" }
}

/// What is known of a connection that is lent.
struct PoolHolding: Sendable, CustomStringConvertible {
    let site: PoolCallSite
    let duration: Duration

    var description: String { "\(site) for \(duration.inMilliseconds)" }
}

extension Duration {
    /// The duration for a message: whole milliseconds.
    var inMilliseconds: String {
        let (seconds, attoseconds) = components
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return "\(seconds) s" }
        return "\(milliseconds + attoseconds / 1_000_000_000_000_000) ms"
    }
}
