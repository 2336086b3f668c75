/// What a transcript tells about the conversation before its first line.
public struct TranscriptHeader: Sendable, Equatable {
    /// What a password is in every transcript, whatever it was when the conversation was recorded.
    ///
    /// A client that plays its part in a replay has to use it.
    public static let testPassword = "published-test-password"

    /// The server's version as it told it in `server_version`; empty where it did not.
    public var server: String
    /// Whether the conversation goes on under TLS: `none`, `negotiated` by an SSLRequest, or `direct`.
    public var tls: TLS
    /// The method by which the server had the client authenticate itself, such as `scram-sha-256`; `trust` where it did
    /// not, and empty where the conversation did not come that far.
    public var authentication: String
    /// How it was recorded.
    public var recorded: String
    /// What it is about.
    public var about: String

    /// How the encryption of a conversation began.
    public enum TLS: String, Sendable, CaseIterable {
        /// There is none.
        case none
        /// With an SSLRequest that the server accepted.
        case negotiated
        /// With the connection's first byte.
        case direct
    }

    /// A header; what is not known stays empty.
    public init(
        server: String = "", tls: TLS = .none, authentication: String = "", recorded: String = "", about: String = ""
    ) {
        self.server = server
        self.tls = tls
        self.authentication = authentication
        self.recorded = recorded
        self.about = about
    }

    /// The lines behind the first, in their order.
    var lines: [(key: String, value: String)] {
        [
            ("about", about), ("server", server), ("tls", tls.rawValue), ("authentication", authentication),
            ("recorded", recorded),
        ]
    }

    /// Takes the value of one line; false where there is no such key or value.
    mutating func set(_ key: String, _ value: String) -> Bool {
        switch key {
        case "about": about = value
        case "server": server = value
        case "authentication": authentication = value
        case "recorded": recorded = value
        case "tls":
            guard let tls = TLS(rawValue: value) else { return false }
            self.tls = tls
        default: return false
        }
        return true
    }
}
