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

extension PGProtocolVersion {
    private enum Name: String, CaseIterable {
        case v3_0 = "3.0"
        case v3_2 = "3.2"
        case latest

        var version: PGProtocolVersion { self == .v3_0 ? .v3_0 : .v3_2 }
    }

    /// The versions that `min_protocol_version` and `max_protocol_version` leave. Without a maximum, it is 3.0, or the
    /// latest where the minimum is above that.
    static func range(_ parameters: ConnectionParameters) throws(PGError) -> ClosedRange<PGProtocolVersion> {
        let minimum = try parameters.choice(.minimumProtocolVersion, as: Name.self)?.version ?? .v3_0
        let maximum = try parameters.choice(.maximumProtocolVersion, as: Name.self)?.version ?? minimum
        guard minimum <= maximum else {
            throw parameters.error(
                .minimumProtocolVersion, "min_protocol_version is above max_protocol_version")
        }
        return minimum...maximum
    }
}

extension PGTCPConfiguration {
    init(_ parameters: ConnectionParameters) throws(PGError) {
        /// What is zero or less is left to the system.
        func positive(_ keyword: ConnectionKeyword) throws(PGError) -> Int? {
            guard let number = try parameters.integer(keyword), number > 0 else { return nil }
            return number
        }
        self.init()
        keepsAlive = try parameters.flag(.keepalives) ?? true
        keepAliveIdle = try positive(.keepalivesIdle).map { .seconds($0) }
        keepAliveInterval = try positive(.keepalivesInterval).map { .seconds($0) }
        keepAliveCount = try positive(.keepalivesCount)
        userTimeout = try positive(.tcpUserTimeout).map { .milliseconds($0) }
    }
}
