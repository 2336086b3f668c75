import Foundation
import Glibc

/// A certificate authority of a test's own, by the `openssl` program: it issues certificates of any date, kind and name,
/// and revokes them.
public struct TestAuthority: Sendable {
    /// A certificate and its private key, as files.
    public struct Pair: Sendable {
        /// The file of the certificate.
        public let certificate: String
        /// The file of the key.
        public let key: String
    }

    /// When a certificate is valid.
    public enum Validity: Sendable {
        case now
        case expired
        case notYet

        fileprivate var dates: (String, String) {
            switch self {
            case .now: ("20200101000000Z", "20491231235959Z")
            case .expired: ("20200101000000Z", "20210101000000Z")
            case .notYet: ("20480101000000Z", "20491231235959Z")
            }
        }
    }

    /// The authority's own certificate.
    public var certificate: String { "\(folder)/ca.crt" }
    /// The list of what it revoked, once it was written.
    public var revocationList: String { "\(folder)/ca.crl" }
    private let folder: String

    /// Makes an authority, whose files are in a new folder in `folder`.
    public static func make(in folder: String, name: String) async throws -> TestAuthority {
        let authority = TestAuthority(folder: "\(folder)/\(name)")
        try FileManager.default.createDirectory(atPath: authority.folder, withIntermediateDirectories: true)
        _ = unsafe chmod(authority.folder, 0o755)
        let settings = """
            [ca]
            default_ca = tests
            [tests]
            dir = \(authority.folder)
            database = $dir/index.txt
            serial = $dir/serial
            crlnumber = $dir/crlnumber
            new_certs_dir = $dir
            certificate = $dir/ca.crt
            private_key = $dir/ca.key
            default_md = sha256
            default_days = 30
            default_crl_days = 30
            policy = any
            unique_subject = no
            [any]
            commonName = supplied
            """
        try authority.write(settings, to: "ca.cnf")
        try authority.write("", to: "index.txt")
        try authority.write("1000\n", to: "serial")
        try authority.write("1000\n", to: "crlnumber")
        try await authority.openssl(
            ["req", "-x509", "-days", "30", "-subj", "/CN=\(name)", "-out", authority.certificate]
                + ["-keyout", "\(authority.folder)/ca.key"] + newKey)
        return authority
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    /// Issues a certificate.
    ///
    /// - Parameter names: subject alternative names, such as `DNS:localhost`.
    public func issue(
        _ file: String, subject: String, names: [String] = [], validity: Validity = .now
    ) async throws -> Pair {
        let pair = Pair(certificate: "\(folder)/\(file).crt", key: "\(folder)/\(file).key")
        let request = "\(folder)/\(file).csr"
        try await openssl(["req", "-subj", "/CN=\(subject)", "-out", request, "-keyout", pair.key] + Self.newKey)
        try write(
            names.isEmpty ? "" : "subjectAltName=\(names.joined(separator: ","))\n", to: "\(file).ext")
        let (start, end) = validity.dates
        try await openssl(
            ["ca", "-batch", "-notext", "-config", "\(folder)/ca.cnf", "-in", request, "-out", pair.certificate]
                + ["-startdate", start, "-enddate", end, "-extfile", "\(folder)/\(file).ext"])
        return pair
    }

    /// Revokes certificates and writes the list of all that were revoked.
    public func revoke(_ pairs: [Pair]) async throws {
        for pair in pairs {
            try await openssl(["ca", "-batch", "-config", "\(folder)/ca.cnf", "-revoke", pair.certificate])
        }
        try await openssl(["ca", "-batch", "-config", "\(folder)/ca.cnf", "-gencrl", "-out", revocationList])
    }

    /// A folder in which libcrypto finds the authority's certificate, and its list of revoked ones where there is one, by
    /// the names that it looks for.
    public func hashedFolder() async throws -> String {
        let hashed = "\(folder)/hashed-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: hashed, withIntermediateDirectories: false)
        for file in [certificate, revocationList] where FileManager.default.fileExists(atPath: file) {
            let name = file == certificate ? "ca.pem" : "crl.pem"
            try FileManager.default.copyItem(atPath: file, toPath: "\(hashed)/\(name)")
        }
        try await openssl(["rehash", hashed])
        return hashed
    }

    /// A certificate that signs itself.
    ///
    /// - Parameter options: for `openssl req`, such as `-newkey ed25519`.
    public func selfSigned(_ file: String, _ options: [String]) async throws -> Pair {
        let pair = Pair(certificate: "\(folder)/\(file).crt", key: "\(folder)/\(file).key")
        try await openssl(
            ["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=localhost", "-out", pair.certificate]
                + ["-keyout", pair.key] + options)
        return pair
    }

    /// A copy of a key: in PEM form encrypted with a password, in DER form as it is without one.
    public func copyKey(of pair: Pair, password: String?) async throws -> String {
        let copy = "\(pair.key).copy\(password == nil ? ".der" : "")"
        let encryption =
            password.map { ["-v2", "aes-256-cbc", "-passout", "pass:\($0)"] } ?? ["-nocrypt", "-outform", "DER"]
        try await openssl(["pkcs8", "-topk8", "-in", pair.key, "-out", copy] + encryption)
        _ = unsafe chmod(copy, 0o600)
        return copy
    }

    private func write(_ text: String, to file: String) throws {
        try text.write(toFile: "\(folder)/\(file)", atomically: false, encoding: .utf8)
    }

    private func openssl(_ arguments: [String]) async throws {
        try await Command(program: "/usr/bin/env", arguments: ["openssl"] + arguments, folder: folder).run()
    }
}
