public import PGWire

extension Transcript {
    /// How a client has to be configured to play its part with a server on a port of 127.0.0.1.
    ///
    /// See ``ReplayServer/configuration``.
    public func configuration(port: UInt16) -> PGConfiguration {
        configuration(at: .tcp(host: "127.0.0.1", port: port))
    }

    /// How a client has to be configured to play its part with a server at an address.
    func configuration(at address: PGAddress) -> PGConfiguration {
        let first = entries.filter { $0.connection == 1 }
        let startup = entries.lazy.compactMap { $0.message(from: .client) }.first { $0.name == "StartupMessage" }
        var parameters = startup?.startupParameters ?? [:]
        var configuration = PGConfiguration(
            host: address, user: parameters.removeValue(forKey: "user") ?? "postgres",
            password: TranscriptHeader.testPassword, database: parameters.removeValue(forKey: "database"),
            tls: PGTLSConfiguration(mode: Self.mode(first)),
            applicationName: parameters.removeValue(forKey: "application_name"),
            options: parameters.removeValue(forKey: "options"))
        if header.tls == .direct { configuration.tls.negotiation = .direct }
        // The driver says these by itself.
        parameters["client_encoding"] = nil
        parameters["DateStyle"] = nil
        configuration.settings = parameters
        if let startup, startup.bytes.count > 7, startup.bytes[7] == 2 {
            configuration.protocolVersions = .v3_0 ... .v3_2
        }
        return configuration
    }

    private static func mode(_ entries: [TranscriptEntry]) -> SSLMode {
        if entries.contains(where: { $0.event == .tls }) { return .require }
        let asks = entries.contains { $0.message(from: .client)?.name == "SSLRequest" }
        return asks ? .prefer : .disable
    }
}
