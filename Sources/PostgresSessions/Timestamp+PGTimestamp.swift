internal import MCP
internal import PGWire

extension Timestamp {
    /// The same moment.
    init(_ timestamp: PGTimestamp) throws(PGError) {
        guard let microseconds = timestamp.unixMicroseconds else {
            throw PGError(.conversion, "the time is infinite or out of range", retry: .pointless)
        }
        self.init(microseconds: microseconds)
    }
}
