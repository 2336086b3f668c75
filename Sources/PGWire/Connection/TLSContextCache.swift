import Synchronization

/// The TLS contexts in use, since reading the system's certificates takes longer than a handshake.
///
/// A context is found again as long as no file that it was made from has changed, so that certificates can be renewed
/// under a running program.
enum TLSContextCache {
    /// More configurations than a process has; so that one which makes them up, or renews its certificates every day, does
    /// not fill the memory.
    private static let capacity = 64

    private static let contexts = Mutex<[TLSSettings: TLSContext]>([:])

    /// The context that a configuration asks for.
    ///
    /// - Throws: ``PGError/Code/tls`` where a file is missing or cannot be used.
    static func context(for configuration: PGTLSConfiguration) throws(PGError) -> TLSContext {
        let settings = try TLSSettings(configuration)
        if let context = contexts.withLock({ $0[settings] }) { return context }
        let context = try TLSContext(settings)
        contexts.withLock { contexts in
            if contexts.count >= capacity { contexts.removeAll() }
            contexts[settings] = context
        }
        return context
    }
}
