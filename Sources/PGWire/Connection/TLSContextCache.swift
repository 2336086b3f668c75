import Glibc
import Synchronization

/// The TLS contexts in use, since reading the system's certificates takes longer than a handshake.
enum TLSContextCache {
    private struct Key: Hashable {
        let verification: TLSContext.Verification
        let roots: TLSContext.Roots?
    }

    /// More configurations than a process has; so that one which makes them up does not fill the memory.
    private static let capacity = 64

    private static let contexts = Mutex<[Key: TLSContext]>([:])

    /// The context that `sslmode` and `sslrootcert` ask for, with libpq's meaning: a root certificate file makes
    /// `require` check the authority, and `verify-full` needs one, `system` standing for the system's.
    static func context(for configuration: PGConfiguration) throws(PGError) -> TLSContext {
        let key = try key(for: configuration)
        if let context = contexts.withLock({ $0[key] }) { return context }
        let context = try TLSContext(verification: key.verification, roots: key.roots)
        contexts.withLock { contexts in
            if contexts.count >= capacity { contexts.removeAll() }
            contexts[key] = context
        }
        return context
    }

    private static func key(for configuration: PGConfiguration) throws(PGError) -> Key {
        let roots: TLSContext.Roots? =
            switch configuration.tls.rootCertificate {
            case "system": .system
            case let path?: .file(path)
            case nil: defaultRootFile().map { .file($0) }
            }
        switch configuration.tls.mode {
        case .disable, .allow, .prefer:
            return Key(verification: .none, roots: nil)
        case .require:
            return roots == nil
                ? Key(verification: .none, roots: nil) : Key(verification: .authority, roots: roots)
        case .verifyCA, .verifyFull:
            guard let roots else {
                throw PGError(
                    .tls,
                    "sslmode=\(configuration.tls.mode.rawValue) needs root certificates: give sslrootcert=FILE, or sslrootcert=system for the "
                        + "system's, or put them into ~/.postgresql/root.crt",
                    retry: .pointless)
            }
            let isFull = configuration.tls.mode == .verifyFull
            return Key(verification: isFull ? .authorityAndHost : .authority, roots: roots)
        }
    }

    private static func defaultRootFile() -> String? {
        guard let home = unsafe getenv("HOME") else { return nil }
        let path = unsafe String(cString: home) + "/.postgresql/root.crt"
        return unsafe access(path, R_OK) == 0 ? path : nil
    }
}
