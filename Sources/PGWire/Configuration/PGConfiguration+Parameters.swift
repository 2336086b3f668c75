extension PGConfiguration {
    /// What the keywords mean.
    init(_ parameters: ConnectionParameters) throws(PGError) {
        try Self.refuseWhatIsMissing(parameters)
        let user = if let user = parameters.text(.user) { user } else { try Self.operatingSystemUser() }
        self.init(
            hosts: try PGHost.list(parameters), user: user, password: parameters.text(.password),
            database: parameters.text(.database), tls: try PGTLSConfiguration(parameters),
            applicationName: Self.applicationName(parameters), options: parameters.text(.options))
        if let seconds = try parameters.integer(.connectTimeout) {
            let timeout = Duration.seconds(seconds)
            connectTimeout = seconds <= 0 ? Self.longestConnectTimeout : min(timeout, Self.longestConnectTimeout)
        }
        if let value: PGLoadBalancing = try parameters.choice(.loadBalancing) { loadBalancing = value }
        if let value: PGTargetSession = try parameters.choice(.targetSession) { targetSession = value }
        requiredPeer = parameters.text(.requiredPeer)
        protocolVersions = try PGProtocolVersion.range(parameters)
        authentication = try PGAuthenticationPolicy(parameters)
        tcp = try PGTCPConfiguration(parameters)
    }

    private static func applicationName(_ parameters: ConnectionParameters) -> String? {
        // One that is given and empty means none, not the other.
        parameters[.applicationName] == nil
            ? parameters.text(.fallbackApplicationName) : parameters.text(.applicationName)
    }

    private static func operatingSystemUser() throws(PGError) -> String {
        guard let name = OperatingSystemUser.current?.name, !name.isEmpty else {
            throw PGError(
                .configuration, "No user was given, and the operating system has no name for the one that runs this",
                retry: .pointless)
        }
        return name
    }

    private enum GSSEncryptionMode: String, CaseIterable {
        case disable, prefer, require
    }

    private static func refuseWhatIsMissing(_ parameters: ConnectionParameters) throws(PGError) {
        guard try parameters.choice(.gssEncryptionMode, as: GSSEncryptionMode.self) != .require else {
            throw parameters.error(
                .gssEncryptionMode, "gssencmode=require asks for Kerberos (GSSAPI), which this driver does not speak")
        }
        if let encoding = parameters.text(.clientEncoding) {
            let name = encoding.lowercased().filter { $0.isLetter || $0.isNumber }
            guard ["utf8", "unicode", "auto"].contains(name) else {
                throw parameters.error(.clientEncoding, "client_encoding is neither UTF8 nor auto")
            }
        }
    }
}
