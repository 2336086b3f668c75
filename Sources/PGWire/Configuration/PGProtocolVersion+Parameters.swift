extension PGProtocolVersion {
    private enum Name: String, CaseIterable {
        case v3_0 = "3.0"
        case v3_2 = "3.2"
        case latest

        var version: PGProtocolVersion { self == .v3_0 ? .v3_0 : .v3_2 }
    }

    /// The versions that `min_protocol_version` and `max_protocol_version` leave. Without a maximum, it is 3.0, or the
    /// latest where the minimum is above that.
    static func range(_ parameters: ConnectionParameters) throws(PGError) -> ClosedRange<PGProtocolVersion> {
        let minimum = try parameters.choice(.minimumProtocolVersion, as: Name.self)?.version ?? .v3_0
        let maximum = try parameters.choice(.maximumProtocolVersion, as: Name.self)?.version ?? minimum
        guard minimum <= maximum else {
            throw parameters.error(
                .minimumProtocolVersion, "min_protocol_version is above max_protocol_version")
        }
        return minimum...maximum
    }
}
