import PGWire
import TestSupport
import Testing

@Suite("Addresses and bits against the server's text", .needsServer, .needsSession)
struct NetworkRoundTripTests {
    @Test("hosts and networks of both versions with every length of prefix")
    func addresses() async throws {
        var random = SeededGenerator("addresses")
        let session = try await ValueSession.open()
        var hosts: [PGInet] = []
        var networks: [PGCIDR] = []
        for length in 0...128 {
            for address in [random.version6(), .v6(.random(in: .min ... .max, using: &random))] {
                hosts.append(PGInet(address, prefixLength: length))
                networks += random.network(address, length).map { [$0] } ?? []
            }
            guard length <= 32 else { continue }
            let address = PGIPAddress.v4(random.integer())
            hosts.append(PGInet(address, prefixLength: length))
            networks += random.network(address, length).map { [$0] } ?? []
        }
        #expect(networks.count == 33 + 2 * 129)
        try await session.check(hosts, as: "inet") { $0.description }
        try await session.check(networks, as: "cidr", text: \.description)
    }

    @Test("addresses of version 6 are shortened as the server shortens them")
    func version6Texts() async throws {
        let session = try await ValueSession.open()
        try await session.check(
            texts: [
                "::", "::1", "1::", "1::8", "1:2:3:4:5:6:7:8", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "1:0:0:4:0:0:0:8",
                "1:0:0:0:5:0:0:0", "0:0:3::", "::ffff:1.2.3.4", "::1.2.3.4", "::ffff:0:0", "::1:2", "::0.1.0.0",
                "64:ff9b::192.0.2.1", "1:2:3:4:5:6:1.2.3.4", "ABCD:EF01::", "fe80::1/10", "::ffff:0.0.0.1/96", "::2",
                "0:0:0:0:0:ffff::", "1.2.3.4", "1.2.3.4/32", "1.2.3.4/0", "255.255.255.255/31", "0:1:0:1:0:1:0:1",
            ], as: "inet", PGInet.self)
    }

    @Test("hardware addresses")
    func hardware() async throws {
        var random = SeededGenerator("hardware")
        let session = try await ValueSession.open()
        let short = (0..<100).compactMap { _ in PGMACAddress(bytes: random.bytes(6...6)) }
        try await session.check(short, as: "macaddr", text: \.description)
        let long = (0..<100).compactMap { _ in PGMACAddress8(bytes: random.bytes(8...8)) }
        try await session.check(long, as: "macaddr8", text: \.description)
    }

    @Test("runs of bits of every length")
    func bits() async throws {
        var random = SeededGenerator("bits")
        let session = try await ValueSession.open()
        let values = (0..<200).map { length in PGBitString((0..<length).map { _ in Bool.random(using: &random) }) }
        try await session.check(values, as: "varbit", text: \.description)
        let fixed = (0..<50).map { _ in PGBitString((0..<13).map { _ in Bool.random(using: &random) }) }
        try await session.check(fixed, as: "bit(13)", text: \.description)
    }
}

extension SeededGenerator {
    /// An address with words of zero.
    fileprivate mutating func version6() -> PGIPAddress {
        var value: UInt128 = 0
        for _ in 0..<8 {
            let word: UInt16 = Bool.random(using: &self) ? 0 : integer()
            value = value << 16 | UInt128(word)
        }
        return .v6(value)
    }

    fileprivate func network(_ address: PGIPAddress, _ length: Int) -> PGCIDR? {
        switch address {
        case .v4(let value):
            PGCIDR(.v4(length == 0 ? 0 : value & UInt32.max << UInt32(32 - length)), prefixLength: length)
        case .v6(let value):
            PGCIDR(.v6(length == 0 ? 0 : value & UInt128.max << UInt128(128 - length)), prefixLength: length)
        }
    }
}
