import Testing

@testable import PGWire

@Suite("Whom a certificate is for")
struct CertificateNamesTests {
    private static let web = CertificateNames(
        hosts: ["db.example.org", "*.pool.example.org"], commonName: "other.example")
    private static let address = CertificateNames(
        addresses: [[192, 0, 2, 1], [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]],
        commonName: "db.example.org")

    @Test(
        "names match as libpq has it",
        arguments: [
            (web, "db.example.org", true), (web, "DB.Example.ORG", true), (web, "db.example.org.", false),
            (web, "b.example.org", false), (web, "adb.example.org", false), (web, "other.example", false),
            // A wildcard is one whole label, the first.
            (web, "a.pool.example.org", true), (web, "A.POOL.example.org", true), (web, "pool.example.org", false),
            (web, ".pool.example.org", false), (web, "a.b.pool.example.org", false), (web, "", false),
            (CertificateNames(hosts: ["*"]), "a", false), (CertificateNames(hosts: ["*."]), "a.", true),
            (CertificateNames(hosts: ["*.example"]), "a.example", true),
            (CertificateNames(hosts: ["a*.example"]), "ab.example", false),
            (CertificateNames(hosts: ["a.*.example"]), "a.b.example", false),
            (CertificateNames(hosts: ["db.example.org\0.evil.example"]), "db.example.org", false),
            (CertificateNames(hosts: ["db\0"]), "db\0", false),
            // The common name counts where there is no other name of the host's kind.
            (CertificateNames(commonName: "db"), "db", true), (CertificateNames(commonName: "*.a"), "b.a", true),
            (CertificateNames(), "db", false), (address, "db.example.org", true),
            (CertificateNames(commonName: "127.0.0.1"), "127.0.0.1", true), (web, "127.0.0.1", false),
            (CertificateNames(hosts: ["db"], commonName: "127.0.0.1"), "127.0.0.1", true),
            (CertificateNames(addresses: [[10, 0, 0, 1]], commonName: "127.0.0.1"), "127.0.0.1", false),
            // Addresses in whatever spelling.
            (address, "192.0.2.1", true), (address, "192.0.2.2", false), (address, "2001:db8::1", true),
            (address, "2001:DB8:0:0::0:1", true), (address, "2001:db8::2", false), (address, "::ffff:192.0.2.1", false),
            (CertificateNames(addresses: [[192, 0, 2]]), "192.0.2", false),
            (CertificateNames(hosts: ["*.0.2.1"]), "192.0.2.1", false),
        ])
    func matches(names: CertificateNames, host: String, isMatch: Bool) {
        #expect(names.match(host) == isMatch)
    }

    @Test("an error lists them, and a stranger's names do no harm to it")
    func list() {
        #expect(Self.web.list == "db.example.org, *.pool.example.org")
        #expect(Self.address.list == "192.0.2.1, 2001:db8::1")
        #expect(CertificateNames(commonName: "a\nb").list == "a b")
        #expect(CertificateNames().list == "nobody")
        #expect(CertificateNames(addresses: [[1]]).list == "an address of 1 bytes")
    }
}
