import Glibc
import TestSupport
import Testing

@testable import PGWire

/// Connections by this driver and by libpq with the same parameters to the same server: both succeed or both fail.
// libpq 14 does not look at the addresses in a certificate.
@Suite("TLS and authentication as libpq decides", .needsServer, .needsDirectConnection, .needsVersion(15), .serialized)
struct LibpqAgreementTests {
    typealias Attempt = TLSLaboratory.Attempt

    private static let shared = Task { try await TLSLaboratory.make() }
    private static let good = Task {
        try await shared.value.authority.issue(
            "good", subject: "db.example", names: ["DNS:localhost", "IP:127.0.0.1"])
    }

    private let modes = SSLMode.allCases

    /// The laboratory, its server with a good certificate.
    private func laboratory(_ settings: [String: String] = [:]) async throws -> TLSLaboratory {
        let laboratory = try await Self.shared.value
        try await laboratory.use(Self.good.value, settings)
        return laboratory
    }

    private func check(_ laboratory: TLSLaboratory, _ attempts: [Attempt]) async {
        for disagreement in await laboratory.disagreements(attempts) { Issue.record("\(disagreement)") }
    }

    @Test("each sslmode with each way to let in a role: with TLS alone, without TLS alone, and both")
    func modesAndRules() async throws {
        let laboratory = try await laboratory()
        var attempts: [Attempt] = []
        for mode in modes where mode != .verifyCA && mode != .verifyFull {
            for user in ["mcp", "tls_user", "plain_user", "md5_user", "cleartext_user", "trust_user"] {
                let succeeds =
                    switch user {
                    case "tls_user": mode != .disable
                    case "plain_user": mode != .require
                    default: true
                    }
                attempts.append(laboratory.attempt(user, ["sslmode": mode.rawValue], succeeds: succeeds))
            }
            attempts.append(
                laboratory.attempt("mcp", ["sslmode": mode.rawValue, "password": "wrong"], succeeds: false))
            attempts.append(
                laboratory.attempt("mcp", ["sslmode": mode.rawValue, "dbname": "nowhere"], succeeds: false))
        }
        await check(laboratory, attempts)
    }

    @Test("channel binding with each method of authentication, with TLS and without")
    func channelBinding() async throws {
        let laboratory = try await laboratory()
        var attempts: [Attempt] = []
        for binding in PGAuthenticationPolicy.ChannelBinding.allCases {
            for mode in [SSLMode.disable, .prefer, .require] {
                for user in ["mcp", "md5_user", "cleartext_user", "trust_user"] {
                    let keywords = ["sslmode": mode.rawValue, "channel_binding": binding.rawValue]
                    let succeeds = binding != .require || (user == "mcp" && mode != .disable)
                    attempts.append(laboratory.attempt(user, keywords, succeeds: succeeds))
                }
            }
        }
        await check(laboratory, attempts)
    }

    @Test("trusted and other authorities, for each sslmode and the server's names")
    func authorities() async throws {
        let laboratory = try await laboratory()
        var attempts: [Attempt] = []
        for mode in modes {
            for host in ["localhost", "127.0.0.1"] {
                for (roots, isTrusted) in [(laboratory.authority, true), (laboratory.stranger, false)] {
                    let keywords = ["sslmode": mode.rawValue, "host": host, "sslrootcert": roots.certificate]
                    let succeeds = isTrusted || [.disable, .allow, .prefer].contains(mode)
                    attempts.append(laboratory.attempt("mcp", keywords, succeeds: succeeds))
                }
            }
            // Where TLS is a must for the role, the roots count from `allow` on.
            for roots in [laboratory.authority, laboratory.stranger] {
                let keywords = ["sslmode": mode.rawValue, "sslrootcert": roots.certificate]
                attempts.append(laboratory.attempt("tls_user", keywords))
            }
        }
        attempts.append(laboratory.attempt("mcp", ["sslmode": "verify-full"], succeeds: false))
        attempts.append(laboratory.attempt("mcp", ["sslmode": "verify-ca"], succeeds: false))
        let garbage = ["sslrootcert": laboratory.authority.revocationList + ".none/x"]
        attempts.append(laboratory.attempt("mcp", ["sslmode": "verify-ca"].merging(garbage) { $1 }, succeeds: false))
        await check(laboratory, attempts)
    }

    @Test("certificates for another host, for the common name, for an address, of another time and revoked")
    func serverCertificates() async throws {
        let laboratory = try await laboratory()
        let authority = laboratory.authority
        let revoked = try await authority.issue("revoked", subject: "localhost", names: ["DNS:localhost"])
        try await authority.revoke([revoked])
        let trust = ["sslrootcert": authority.certificate]
        func attempts(_ keywords: [String: String] = [:], full: Bool, ca: Bool = true) -> [Attempt] {
            let all = trust.merging(keywords) { $1 }
            return [
                laboratory.attempt("mcp", all.merging(["sslmode": "verify-full"]) { $1 }, succeeds: full),
                laboratory.attempt("mcp", all.merging(["sslmode": "verify-ca"]) { $1 }, succeeds: ca),
                laboratory.attempt("mcp", all.merging(["sslmode": "require"]) { $1 }, succeeds: ca),
                laboratory.attempt("mcp", all.merging(["sslmode": "prefer"]) { $1 }, succeeds: true),
                laboratory.attempt("tls_user", all.merging(["sslmode": "prefer"]) { $1 }, succeeds: ca),
            ]
        }
        let address = ["host": "127.0.0.1"]
        try await laboratory.use(authority.issue("other", subject: "localhost", names: ["DNS:other.example"]))
        await check(laboratory, attempts(full: false) + attempts(address, full: false))
        try await laboratory.use(authority.issue("common", subject: "localhost"))
        await check(laboratory, attempts(full: true) + attempts(address, full: false))
        try await laboratory.use(authority.issue("address", subject: "localhost", names: ["IP:127.0.0.1"]))
        await check(laboratory, attempts(full: true) + attempts(address, full: true))
        try await laboratory.use(authority.issue("wrong-address", subject: "127.0.0.1", names: ["IP:127.0.0.2"]))
        await check(laboratory, attempts(full: false) + attempts(address, full: false))
        try await laboratory.use(authority.issue("dns-address", subject: "x", names: ["DNS:127.0.0.1"]))
        await check(laboratory, attempts(full: false) + attempts(address, full: true))
        for validity in [TestAuthority.Validity.expired, .notYet] {
            let pair = try await authority.issue(
                "\(validity)", subject: "localhost", names: ["DNS:localhost"], validity: validity)
            try await laboratory.use(pair)
            await check(laboratory, attempts(full: false, ca: false))
            let error = await laboratory.refusal(attempts(full: false)[0])
            #expect(error?.code == .tls)
            #expect(error?.message.contains("clock") == true)
        }
        try await laboratory.use(revoked)
        await check(laboratory, attempts(full: true))
        let list = ["sslcrl": authority.revocationList]
        await check(laboratory, attempts(list, full: false, ca: false))
        let error = await laboratory.refusal(attempts(list, full: false)[0])
        #expect(error?.message.contains("revoked") == true)
        try await laboratory.use(Self.good.value)
        await check(laboratory, attempts(list, full: true))
    }

    @Test("a folder of revoked certificates, with the list of the server's authority and with none")
    func revocationFolders() async throws {
        let laboratory = try await laboratory()
        let authority = laboratory.authority
        let (good, revoked) = (
            try await Self.good.value,
            try await authority.issue("revoked2", subject: "localhost", names: ["DNS:localhost"])
        )
        try await authority.revoke([revoked])
        let (folder, empty) = (try await authority.hashedFolder(), try await laboratory.stranger.hashedFolder())
        for (pair, isGood) in [(good, true), (revoked, false)] {
            try await laboratory.use(pair)
            await check(
                laboratory,
                [("verify-full", folder, isGood), ("verify-ca", folder, isGood), ("verify-full", empty, false)].map {
                    let keywords = ["sslmode": $0.0, "sslcrldir": $0.1, "sslrootcert": authority.certificate]
                    return laboratory.attempt("mcp", keywords, succeeds: $0.2)
                })
        }
    }

    @Test("client certificates: none, the right one, another's, another authority's, revoked, and keys in every state")
    func clientCertificates() async throws {
        let laboratory = try await Self.shared.value
        let authority = laboratory.authority
        let own = try await authority.issue("client", subject: "cert_user")
        let both = try await authority.issue("client2", subject: "scram_cert_user")
        let foreign = try await laboratory.stranger.issue("client", subject: "cert_user")
        let revoked = try await authority.issue("client3", subject: "cert_user")
        try await authority.revoke([revoked])
        try await laboratory.use(Self.good.value, ["ssl_crl_file": authority.revocationList])
        let open = try await authority.issue("open", subject: "cert_user")
        try await Self.permit("0644", open.key)
        let encrypted = try await authority.copyKey(of: own, password: "opensesame")
        let der = try await authority.copyKey(of: own, password: nil)
        func attempt(
            _ user: String, _ pair: TestAuthority.Pair?, key: String? = nil, _ more: [String: String] = [:],
            is succeeds: Bool
        ) -> Attempt {
            var keywords = ["sslmode": "require"]
            keywords["sslcert"] = pair?.certificate ?? "/no/such/file"
            keywords["sslkey"] = key ?? pair?.key
            return laboratory.attempt(user, keywords.merging(more) { $1 }, succeeds: succeeds)
        }
        await check(
            laboratory,
            [
                attempt("cert_user", nil, is: false), attempt("cert_user", own, is: true),
                attempt("cert_user", both, is: false),
                attempt("cert_user", foreign, is: false), attempt("cert_user", revoked, is: false),
                attempt("cert_user", open, is: false), attempt("cert_user", own, key: both.key, is: false),
                attempt("cert_user", own, key: "/no/such/key", is: false),
                attempt("cert_user", own, key: encrypted, ["sslpassword": "opensesame"], is: true),
                attempt("cert_user", own, key: encrypted, ["sslpassword": "wrong"], is: false),
                attempt("cert_user", own, key: der, is: true),
                attempt("cert_user", own, ["channel_binding": "require"], is: false),
                attempt("scram_cert_user", nil, is: false), attempt("scram_cert_user", own, is: false),
                attempt("scram_cert_user", both, is: true),
                attempt("scram_cert_user", both, ["channel_binding": "require"], is: true),
                attempt("scram_cert_user", both, ["password": "wrong"], is: false),
                attempt("scram_cert_user", both, ["sslmode": "prefer"], is: true),
                attempt("scram_cert_user", both, ["sslmode": "allow"], is: true),
                attempt("scram_cert_user", both, ["sslmode": "disable"], is: false), attempt("mcp", own, is: true),
                attempt("mcp", foreign, is: false), attempt("mcp", open, ["sslmode": "prefer"], is: true),
            ])
        let keyless = await laboratory.refusal(attempt("cert_user", own, key: encrypted, is: false))
        #expect(keyless?.message.contains("sslpassword") == true, "\(keyless?.message ?? "")")
        let refused = await laboratory.refusal(attempt("cert_user", revoked, is: false))
        #expect(refused?.code == .tls)
        #expect(refused?.message.contains("refuses the client certificate") == true, "\(refused?.message ?? "")")
        try await laboratory.use(Self.good.value, ["ssl_crl_file": ""])
    }

    private static func permit(_ mode: String, _ path: String) async throws {
        let status = unsafe chmod(path, mode_t(mode, radix: 8) ?? 0)
        try #require(status == 0)
    }

    @Test("versions of TLS, and none at all")
    func versions() async throws {
        let laboratory = try await laboratory(["ssl_max_protocol_version": "TLSv1.2"])
        let names = PGTLSConfiguration.Version.allCases
        var attempts: [Attempt] = []
        for minimum in names where minimum >= .tls1_2 {
            for maximum in names where maximum >= .tls1_2 {
                attempts.append(
                    laboratory.attempt(
                        "mcp",
                        [
                            "sslmode": "require", "ssl_min_protocol_version": minimum.rawValue,
                            "ssl_max_protocol_version": maximum.rawValue, "channel_binding": "require",
                        ], succeeds: minimum == .tls1_2))
            }
        }
        await check(laboratory, attempts)
        let new = laboratory.attempt("mcp", ["sslmode": "require", "ssl_min_protocol_version": "TLSv1.3"])
        let error = await laboratory.refusal(new)
        #expect(error?.message.contains("ssl_min_protocol_version") == true, "\(error?.message ?? "")")

        try await laboratory.use(Self.good.value, ["ssl": "off"])
        await check(
            laboratory,
            modes.map { mode in
                let keywords = ["sslmode": mode.rawValue, "sslrootcert": laboratory.authority.certificate]
                return laboratory.attempt(
                    "mcp", keywords, succeeds: [.disable, .allow, .prefer].contains(mode))
            } + [laboratory.attempt("tls_user", ["sslmode": "allow"], succeeds: false)])
    }

    @Test("channel binding by the digest of every kind of signature")
    func signatures() async throws {
        let laboratory = try await laboratory()
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        let rsa = ["-newkey", "rsa:2048"]
        let kinds: [(String, [String], Bool)] = [
            ("ecdsa-sha256", curve + ["-sha256"], true), ("ecdsa-sha512", curve + ["-sha512"], true),
            ("rsa-sha384", rsa + ["-sha384"], true), ("rsa-sha1", rsa + ["-sha1"], true),
            ("rsa-pss", rsa + ["-sha512", "-sigopt", "rsa_padding_mode:pss"], true),
            ("ed25519", ["-newkey", "ed25519"], false),
        ]
        for (name, options, isBindable) in kinds {
            try await laboratory.use(laboratory.authority.selfSigned(name, options))
            await check(
                laboratory,
                PGAuthenticationPolicy.ChannelBinding.allCases.map { binding in
                    laboratory.attempt(
                        "mcp", ["sslmode": "require", "channel_binding": binding.rawValue],
                        succeeds: isBindable || binding == .disable)
                })
        }
    }

    @Test("what libpq 18 has besides: direct TLS, the methods required, whether a certificate is sent, versions")
    func newerKeywords() async throws {
        let laboratory = try await laboratory()
        let version = try await laboratory.server.sql("SHOW server_version_num")
        // An older libpq knows no such keywords; the tests of each part stand elsewhere.
        guard (Int(version.prefix { $0.isNumber }) ?? 0) >= 180_000 else { return }
        let own = try await laboratory.authority.issue("sent", subject: "scram_cert_user")
        let identity = ["sslcert": own.certificate, "sslkey": own.key]
        var attempts: [Attempt] = []
        for mode in modes {
            let isStrong = [.require, .verifyCA, .verifyFull].contains(mode)
            let keywords = ["sslmode": mode.rawValue, "sslrootcert": laboratory.authority.certificate]
            attempts.append(
                laboratory.attempt("mcp", keywords.merging(["sslnegotiation": "direct"]) { $1 }, succeeds: isStrong))
            attempts.append(
                laboratory.attempt(
                    "mcp", ["sslmode": mode.rawValue, "sslrootcert": "system"], succeeds: false))
        }
        for certificateMode in PGTLSConfiguration.CertificateMode.allCases {
            for mode in [SSLMode.disable, .prefer, .require] {
                let keywords = ["sslmode": mode.rawValue, "sslcertmode": certificateMode.rawValue]
                let none = keywords.merging(["sslcert": "/no/such/file"]) { $1 }
                attempts.append(laboratory.attempt("mcp", none, succeeds: certificateMode != .require))
                attempts.append(
                    laboratory.attempt(
                        "mcp", keywords.merging(identity) { $1 },
                        succeeds: certificateMode != .require || mode != .disable))
                attempts.append(
                    laboratory.attempt(
                        "scram_cert_user", keywords.merging(identity) { $1 },
                        succeeds: certificateMode != .disable && mode != .disable))
            }
        }
        let methods = ["none", "password", "md5", "scram-sha-256", "password,md5", "none,scram-sha-256"]
        let users = [
            ("trust_user", "none"), ("cleartext_user", "password"), ("md5_user", "md5"), ("mcp", "scram-sha-256"),
        ]
        for accepted in methods {
            for (user, used) in users {
                for binding in PGAuthenticationPolicy.ChannelBinding.allCases {
                    let keywords = [
                        "require_auth": accepted, "sslmode": "require", "channel_binding": binding.rawValue,
                    ]
                    let succeeds =
                        accepted.split(separator: ",").contains { $0 == used } && (binding != .require || user == "mcp")
                    attempts.append(laboratory.attempt(user, keywords, succeeds: succeeds))
                }
            }
        }
        for versions in [["3.0", "3.0"], ["3.0", "3.2"], ["3.2", "3.2"]] {
            let keywords = ["min_protocol_version": versions[0], "max_protocol_version": versions[1]]
            attempts.append(laboratory.attempt("mcp", keywords, succeeds: true))
        }
        await check(laboratory, attempts)
    }

    @Test("passwords beyond ASCII, in the form in which they were set and in another")
    func passwords() async throws {
        let laboratory = try await laboratory()
        try await laboratory.server.sql("CREATE ROLE unicode_user LOGIN")
        let passwords: [(set: String, given: String, Bool)] = [
            ("pässwörd€", "pässwörd€", true), ("p\u{E4}ss", "pa\u{308}ss", true), ("pa\u{308}ss", "p\u{E4}ss", true),
            ("\u{FB01}le", "file", true), ("file\u{AD}", "file", true), ("\u{FF50}w", "pw", true),
            ("a\u{A0}b", "a b", true), ("\u{2168}", "IX", true), ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}", true),
            ("\u{212B}", "\u{C5}", true), ("\u{C5}", "A\u{30A}", true), ("\u{1E9B}\u{323}", "\u{1E69}", true),
            // What SASLprep refuses is used as it is.
            ("\u{1F600}", "\u{1F600}", true), ("\u{1F600}\u{FB01}", "\u{1F600}\u{FB01}", true),
            ("\u{1F600}\u{FB01}", "\u{1F600}fi", false), ("\u{627}1\u{FB01}", "\u{627}1\u{FB01}", true),
            ("\u{627}1\u{FB01}", "\u{627}1fi", false), ("\u{7}\u{E4}", "\u{7}a\u{308}", false),
            ("\u{AD}", "\u{AD}", true),
        ]
        for (set, given, succeeds) in passwords {
            try await laboratory.server.sql("ALTER ROLE unicode_user PASSWORD '\(set)'")
            let keywords = ["sslmode": "require", "password": given]
            await check(laboratory, [laboratory.attempt("unicode_user", keywords, succeeds: succeeds)])
        }
    }
}
