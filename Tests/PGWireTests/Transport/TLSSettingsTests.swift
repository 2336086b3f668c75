import Foundation
import TestSupport
import Testing

@testable import PGWire

/// Files of certificates and keys, named and in the user's folder.
@Suite("The files of TLS")
final class TLSSettingsTests {
    private let home: String
    private let folder: String

    init() throws {
        home = "/tmp/pgwire-home-\(UUID().uuidString.prefix(8))"
        folder = "\(home)/.postgresql"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: home)
    }

    private func put(_ name: String, permissions: Int = 0o600) throws {
        let path = "\(folder)/\(name)"
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    }

    private func settings(_ change: (inout PGTLSConfiguration) -> Void) throws(PGError) -> TLSSettings {
        var tls = PGTLSConfiguration()
        change(&tls)
        return try TLSSettings(tls, home: home)
    }

    @Test("without a file of roots the modes that promise a check are refused, and the others check nothing")
    func noRoots() throws {
        for mode in SSLMode.allCases {
            let promises = mode == .verifyCA || mode == .verifyFull
            let refusal = failure { () throws(PGError) in try settings { $0.mode = mode } }
            #expect(refusal?.code == (promises ? .tls : nil))
            #expect(refusal == nil || refusal?.message.contains("sslrootcert") == true)
            let homeless = failure { () throws(PGError) in
                try TLSSettings(PGTLSConfiguration(mode: mode), home: nil)
            }
            #expect((homeless == nil) == !promises)
        }
        #expect(try settings { $0.mode = .require }.roots == .none)
    }

    @Test("the user's roots have each mode check the authority, and verify-full the host as well")
    func defaultRoots() throws {
        try put("root.crt", permissions: 0o644)
        for mode in SSLMode.allCases {
            let settings = try settings { $0.mode = mode }
            guard case .file(let file) = settings.roots else {
                Issue.record("no roots under \(mode)")
                continue
            }
            #expect(file.path == "\(folder)/root.crt")
            #expect(settings.checksHost == (mode == .verifyFull))
        }
    }

    @Test("a named file of roots that is not there is an error where a check was asked for")
    func missingRoots() throws {
        try put("root.crt")
        for mode in [SSLMode.require, .verifyCA, .verifyFull] {
            let error = failure { () throws(PGError) in
                try settings {
                    $0.mode = mode
                    $0.rootCertificate = "/no/such/file"
                }
            }
            #expect(error?.code == .tls)
            #expect(error?.message.contains("/no/such/file") == true)
        }
    }

    @Test("revoked certificates are those named, else the user's where there are roots")
    func revocations() throws {
        try put("root.crl")
        #expect(try settings { $0.mode = .require }.revocationList == nil)
        try put("root.crt")
        #expect(try settings { $0.mode = .require }.revocationList?.path == "\(folder)/root.crl")
        let named = try settings { [folder] in $0.revocationDirectory = folder }
        #expect(named.revocationList == nil && named.revocationDirectory?.path == folder)
        for change in [{ $0.revocationList = "/no/such" }, { $0.revocationDirectory = "/no/such" }]
            as [(inout PGTLSConfiguration) -> Void]
        {
            #expect(failure { () throws(PGError) in try settings(change) }?.message.contains("/no/such") == true)
        }
    }

    @Test("a client certificate is the one named or the user's, and needs its key")
    func identity() throws {
        #expect(try settings { _ in }.identity == nil)
        #expect(try settings { $0.certificate = "/no/such/file" }.identity == nil)
        try put("postgresql.crt")
        let keyless = failure { () throws(PGError) in try settings { _ in } }
        #expect(keyless?.code == .tls)
        #expect(keyless?.message.contains("sslkey") == true)
        #expect(try settings { $0.certificateMode = .disable }.identity == nil)
        let engine = failure { () throws(PGError) in try settings { $0.key = "engine:pkcs11:token" } }
        #expect(engine?.code == .tls)
        #expect(engine?.retry == .pointless)
        #expect(engine?.message.contains("OpenSSL engine") == true)
        try put("postgresql.key")
        let identity = try settings { _ in }.identity
        #expect(identity?.certificate.path == "\(folder)/postgresql.crt")
        #expect(identity?.key.path == "\(folder)/postgresql.key")
        let folderAsKey = failure { () throws(PGError) in try settings { [folder] in $0.key = folder } }
        #expect(folderAsKey?.message.contains("regular") == true)
    }

    @Test("a private key that others could read is refused; the superuser's group may read the superuser's")
    func keyPermissions() throws {
        try put("postgresql.crt")
        let isSuperuser = geteuid() == 0
        for (permissions, isAccepted) in [
            (0o600, true), (0o400, true), (0o640, isSuperuser), (0o440, isSuperuser), (0o660, false), (0o650, false),
            (0o604, false), (0o644, false), (0o601, false),
        ] {
            try put("postgresql.key", permissions: permissions)
            let error = failure { () throws(PGError) in try settings { _ in } }
            #expect((error == nil) == isAccepted, "\(String(permissions, radix: 8))")
            #expect(error == nil || error?.message.contains("chmod 0600") == true)
        }
    }

    @Test("a file that changes makes other settings, and so another context")
    func changes() throws {
        try put("root.crt")
        let first = try settings { $0.mode = .verifyCA }
        #expect(try settings { $0.mode = .verifyCA } == first)
        try Data("longer".utf8).write(to: URL(fileURLWithPath: "\(folder)/root.crt"))
        #expect(try settings { $0.mode = .verifyCA } != first)
    }

    @Test("what does not go together is refused before anything is read")
    func contradictions() {
        let changes: [(inout PGTLSConfiguration) -> Void] = [
            { ($0.rootCertificate, $0.mode) = ("system", .verifyCA) }, { $0.rootCertificate = "system" },
            { $0.negotiation = .direct },
            { ($0.negotiation, $0.mode) = (.direct, .allow) }, { ($0.negotiation, $0.mode) = (.direct, .disable) },
            { ($0.minimumVersion, $0.maximumVersion) = (.tls1_3, .tls1_2) }, { $0.certificate = "a\0b" },
            { $0.key = "a\0b" }, { $0.keyPassword = "a\0b" }, { $0.revocationList = "a\0b" },
            { $0.revocationDirectory = "a\0b" },
        ]
        for change in changes {
            var tls = PGTLSConfiguration()
            change(&tls)
            #expect(failure { () throws(PGError) in try tls.validate() }?.code == .configuration)
        }
        var system = PGTLSConfiguration(mode: .verifyFull, rootCertificate: "system")
        system.negotiation = .direct
        #expect(failure { () throws(PGError) in try system.validate() } == nil)
        var policy = PGAuthenticationPolicy()
        policy.methods = []
        #expect(failure { () throws(PGError) in try policy.validate() }?.code == .configuration)
    }

    @Test("the password of the key shows in no description and no dump")
    func redaction() {
        var tls = PGTLSConfiguration()
        tls.keyPassword = "hunter2"
        var text = "\(tls) \(String(reflecting: tls)) \(Optional(tls) as Any)"
        dump(tls, to: &text)
        #expect(!text.contains("hunter2") && text.contains("<redacted>"))
    }
}
