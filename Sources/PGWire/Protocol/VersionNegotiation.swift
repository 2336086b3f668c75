/// Which version of the protocol is spoken: the highest that the configuration accepts, unless the server answers with an
/// older one.
///
/// See [NegotiateProtocolVersion](https://www.postgresql.org/docs/current/protocol-message-formats.html).
struct VersionNegotiation: Sendable {
    private let accepted: ClosedRange<PGProtocolVersion>
    private var isOver = false
    /// The version that is asked for, and then the one agreed upon.
    private(set) var agreed: PGProtocolVersion

    init(_ accepted: ClosedRange<PGProtocolVersion>) {
        self.accepted = accepted
        agreed = accepted.upperBound
    }

    /// Takes the server's answer, which comes where it does not speak what was asked for.
    ///
    /// - Parameters:
    ///   - newest: The newest version that the server speaks.
    ///   - unsupported: The options that it refuses; none was asked for.
    /// - Throws: ``PGError/Code/protocolViolation`` where the configuration does not accept that version, and for an answer
    ///   that makes no sense.
    mutating func receive(newest: Int32, unsupported: [String]) throws(PGError) {
        guard unsupported.isEmpty else {
            throw Self.senseless("it refuses \(unsupported.count) options, and none was asked for")
        }
        guard !isOver else { throw Self.senseless("it negotiates the version twice") }
        isOver = true
        let name = "\(newest >> 16).\(newest & 0xFFFF)"
        let lowest = accepted.lowerBound
        if newest >= 0, newest < lowest.number {
            throw PGError(
                .protocolViolation,
                "The server speaks the protocol up to \(name), and the configuration asks for \(lowest.rawValue) at least",
                retry: .pointless)
        }
        guard let version = PGProtocolVersion(number: newest), version <= accepted.upperBound else {
            throw Self.senseless("it answers a request for \(accepted.upperBound.rawValue) with \(name)")
        }
        agreed = version
    }

    private static func senseless(_ reason: String) -> PGError {
        PGError(
            .protocolViolation, "The server's answer about the protocol's version makes no sense: \(reason)",
            retry: .pointless)
    }
}
