extension PGTLSConfiguration {
    /// What the keywords that begin with `ssl` mean.
    init(_ parameters: ConnectionParameters) throws(PGError) {
        let root = parameters.text(.sslRootCertificate)
        let mode = try parameters.choice(.sslMode, as: SSLMode.self)
        // The system's authorities sign for anybody, so that they are worth nothing without the host's name.
        self.init(mode: mode ?? (root == "system" ? .verifyFull : .prefer), rootCertificate: root)
        if let value: Negotiation = try parameters.choice(.sslNegotiation) { negotiation = value }
        certificate = parameters.text(.sslCertificate)
        key = parameters.text(.sslKey)
        keyPassword = parameters.text(.sslPassword)
        if let value: CertificateMode = try parameters.choice(.sslCertificateMode) { certificateMode = value }
        revocationList = parameters.text(.sslRevocationList)
        revocationDirectory = parameters.text(.sslRevocationDirectory)
        switch parameters.text(.sslServerName) {
        case "1", nil: sendsServerName = true
        case "0": sendsServerName = false
        default: throw parameters.error(.sslServerName, "sslsni is neither 0 nor 1")
        }
        minimumVersion = try Self.version(.sslMinimumVersion, parameters) ?? minimumVersion
        maximumVersion = try Self.version(.sslMaximumVersion, parameters)
    }

    private static func version(
        _ keyword: ConnectionKeyword, _ parameters: ConnectionParameters
    ) throws(PGError) -> Version? {
        guard let text = parameters.text(keyword) else { return nil }
        if let version = Version.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) {
            return version
        }
        let words = Version.allCases.map(\.rawValue).joined(separator: ", ")
        throw parameters.error(keyword, "\(keyword.rawValue) is none of \(words)")
    }
}
