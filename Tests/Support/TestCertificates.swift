import Foundation

/// A certificate authority and a server certificate that it signed, made for one test run by the `openssl` program.
struct TestCertificates: Sendable {
    /// The authority's certificate.
    let authority: String
    /// The certificate of an authority that signed nothing.
    let otherAuthority: String
    let certificate: String
    let key: String

    /// Makes the files in `folder`, for a server with these subject alternative names, such as `DNS:localhost`.
    static func make(in folder: String, names: [String]) async throws -> TestCertificates {
        let files = TestCertificates(
            authority: "\(folder)/ca.crt", otherAuthority: "\(folder)/other-ca.crt",
            certificate: "\(folder)/server.crt", key: "\(folder)/server.key")
        func openssl(_ arguments: [String]) async throws {
            try await Command(program: "/usr/bin/env", arguments: ["openssl"] + arguments, folder: folder).run()
        }
        let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        for (name, certificate) in [("Test CA", files.authority), ("Other Test CA", files.otherAuthority)] {
            try await openssl(
                ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-out", certificate]
                    + ["-keyout", certificate + ".key"] + newKey)
        }
        let request = "\(folder)/server.csr"
        let extensions = "\(folder)/server.ext"
        try "subjectAltName=\(names.joined(separator: ","))\n".write(
            toFile: extensions, atomically: true, encoding: .utf8)
        try await openssl(["req", "-subj", "/CN=PGWire test server", "-out", request, "-keyout", files.key] + newKey)
        try await openssl(
            ["x509", "-req", "-in", request, "-days", "2", "-CA", files.authority, "-CAkey", files.authority + ".key"]
                + ["-CAcreateserial", "-extfile", extensions, "-out", files.certificate])
        return files
    }
}
