extension PGConfiguration {
    /// Checks what the types alone cannot promise: no zero byte, which would end a startup parameter early and begin
    /// another one, no bound exceeded, and no two values that contradict each other.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/configuration``, which never quotes a value.
    public func validate() throws(PGError) {
        func refuse(_ problem: String) -> PGError { PGError(.configuration, problem, retry: .pointless) }
        guard (1...Self.mostHosts).contains(hosts.count) else {
            throw refuse("There are \(hosts.count) hosts, which is not 1 to \(Self.mostHosts)")
        }
        for host in hosts { try host.validate() }
        guard !user.isEmpty else { throw refuse("The user is empty") }
        try PGError.refuseZeroByte(in: user, "The user")
        try PGError.refuseZeroByte(in: password, "The password")
        try PGError.refuseZeroByte(in: passwordFile, "The password file")
        try PGError.refuseZeroByte(in: database, "The database")
        try PGError.refuseZeroByte(in: requiredPeer, "The server's user")
        try PGError.refuseZeroByte(in: applicationName, "The application name")
        try PGError.refuseZeroByte(in: options, "The options")
        guard connectTimeout > .zero, connectTimeout <= Self.longestConnectTimeout else {
            throw refuse("The connect timeout is not above zero and up to an hour")
        }
        try tcp.validate()
        try tls.validate()
        try authentication.validate()
        try validateSettings()
    }

    /// What the startup names itself, or what would change the protocol.
    private static let reservedSettings: Set = [
        "user", "database", "options", "replication", "application_name", "client_encoding", "datestyle",
    ]

    private func validateSettings() throws(PGError) {
        for (name, value) in settings {
            try PGError.refuseZeroByte(in: name, "The name of a setting")
            try PGError.refuseZeroByte(in: value, "A setting")
            let isFree =
                !name.isEmpty && !name.hasPrefix("_pq_.") && !Self.reservedSettings.contains(name.lowercased())
            guard isFree else {
                throw PGError(
                    .configuration, "A setting has a name that the startup of a session keeps to itself",
                    retry: .pointless)
            }
        }
    }
}
