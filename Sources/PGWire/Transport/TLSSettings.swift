import Glibc

/// What a TLS context is made from: the files that a configuration names, or that are in `~/.postgresql`, as they are now.
///
/// See [SSL Client File Usage](https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-FILE-USAGE). It is stricter
/// than libpq in one thing: a file of trusted or revoked certificates that is named and not there is an error where libpq
/// goes on without the check (unless the mode promises nothing anyway).
struct TLSSettings: Sendable, Hashable {
    /// Where the trusted authorities are listed.
    enum Roots: Sendable, Hashable {
        /// Nowhere: the server's certificate is not checked.
        case none
        case system
        case file(FileVersion)
    }

    /// What the client shows of itself.
    struct Identity: Sendable, Hashable {
        let certificate: FileVersion
        let key: FileVersion
        let keyPassword: String?
    }

    let roots: Roots
    /// Whether the certificate must be for the host that was asked for.
    let checksHost: Bool
    let revocationList: FileVersion?
    let revocationDirectory: FileVersion?
    let identity: Identity?
    let minimumVersion: PGTLSConfiguration.Version
    let maximumVersion: PGTLSConfiguration.Version?

    /// - Parameter home: The folder that `.postgresql` is in, where there is one.
    /// - Throws: ``PGError/Code/tls`` where a file that is needed is not there, or a key is open to others.
    init(_ tls: PGTLSConfiguration, home: String? = homeDirectory) throws(PGError) {
        let folder = home.map { $0 + "/.postgresql" }
        roots = try Self.roots(tls, folder)
        checksHost = tls.mode == .verifyFull
        revocationList = try Self.revocationList(tls, roots, folder)
        revocationDirectory =
            if let path = tls.revocationDirectory, roots != .none {
                try Self.named(path, "The folder of revoked certificates", "sslcrldir")
            } else { nil }
        identity = try Self.identity(tls, folder)
        minimumVersion = tls.minimumVersion
        maximumVersion = tls.maximumVersion
    }

    private static func roots(_ tls: PGTLSConfiguration, _ folder: String?) throws(PGError) -> Roots {
        if tls.rootCertificate == "system" { return .system }
        let path = tls.rootCertificate ?? folder.map { $0 + "/root.crt" }
        if let path, let file = try? FileVersion(path: path) { return .file(file) }
        let isNamed = tls.rootCertificate != nil
        switch tls.mode {
        case .disable, .allow, .prefer: return .none
        case .require where !isNamed: return .none
        case .require, .verifyCA, .verifyFull:
            let place =
                path.map { "“\($0)” does not exist or cannot be read" } ?? "is not known, as there is no home folder"
            throw .credentials(
                "The root certificate file \(place); give sslrootcert=FILE, or sslrootcert=system with "
                    + "sslmode=verify-full for the system's certificates, or an sslmode that checks none")
        }
    }

    private static func revocationList(
        _ tls: PGTLSConfiguration, _ roots: Roots, _ folder: String?
    ) throws(PGError) -> FileVersion? {
        guard roots != .none else { return nil }
        if let path = tls.revocationList { return try named(path, "The file of revoked certificates", "sslcrl") }
        guard tls.revocationDirectory == nil, case .file = roots, let folder else { return nil }
        return try? FileVersion(path: folder + "/root.crl")
    }

    private static func named(_ path: String, _ what: String, _ keyword: String) throws(PGError) -> FileVersion {
        do {
            return try FileVersion(path: path)
        } catch {
            throw .credentials("\(what) “\(path)” cannot be read: \(error); correct \(keyword)")
        }
    }

    private static func identity(_ tls: PGTLSConfiguration, _ folder: String?) throws(PGError) -> Identity? {
        guard tls.certificateMode != .disable, let path = tls.certificate ?? folder.map({ $0 + "/postgresql.crt" })
        else { return nil }
        let certificate: FileVersion
        do {
            certificate = try FileVersion(path: path)
        } catch {
            // Without one the server may let us in all the same.
            if error.errno == ENOENT || error.errno == ENOTDIR { return nil }
            throw .credentials("The client certificate “\(path)” cannot be read: \(error)")
        }
        guard let keyPath = tls.key ?? folder.map({ $0 + "/postgresql.key" }) else {
            throw .credentials("There is a client certificate, “\(path)”, and no private key for it; give sslkey=FILE")
        }
        let key: FileVersion
        do {
            key = try FileVersion(path: keyPath)
        } catch {
            // libpq's form for a key that an engine of OpenSSL's holds: the engine's name and the key's.
            guard !keyPath.utf8.contains(UInt8(ascii: ":")) || error.errno != ENOENT else {
                throw .credentials(
                    "sslkey is no file, and the form ENGINE:KEY asks for the key of an OpenSSL engine, which this driver "
                        + "does not load; give sslkey=FILE")
            }
            throw .credentials(
                "There is a client certificate, “\(path)”, and its private key “\(keyPath)” cannot be read: \(error); "
                    + "give sslkey=FILE")
        }
        guard key.isRegular else { throw .credentials("The private key “\(keyPath)” is not a regular file") }
        guard !key.isOpenToOthers else {
            throw .credentials(
                "The private key “\(keyPath)” is open to others than its owner; chmod 0600 it "
                    + "(0640 is accepted where the owner is root)")
        }
        return Identity(certificate: certificate, key: key, keyPassword: tls.keyPassword)
    }

    /// The user's folder: `HOME`, or what the system's list of users says.
    private static var homeDirectory: String? {
        if let home = unsafe getenv("HOME"), unsafe home.pointee != 0 { return unsafe String(cString: home) }
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let room = buffer.baseAddress,
                unsafe getpwuid_r(geteuid(), &entry, room, buffer.count, &found) == 0,
                unsafe found != nil, let home = unsafe entry.pw_dir
            else { return nil }
            return unsafe String(cString: home)
        }
    }
}

extension PGError {
    /// A file for TLS that is missing, not usable or not safe.
    static func credentials(_ message: String) -> PGError { PGError(.tls, message, retry: .pointless) }
}
