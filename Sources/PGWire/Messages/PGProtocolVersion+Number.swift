extension PGProtocolVersion {
    /// The version as messages carry it: the major one in the upper 16 bits, the minor one in the lower.
    var number: Int32 {
        switch self {
        case .v3_0: 3 << 16
        case .v3_2: 3 << 16 | 2
        }
    }

    /// The version with a number; nil where there is none, as for 3.1.
    init?(number: Int32) {
        guard let version = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = version
    }
}
