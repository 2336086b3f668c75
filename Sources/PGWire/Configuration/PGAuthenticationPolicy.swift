/// What a server may ask for before it is trusted with a session.
///
/// The names in parentheses are libpq's keywords, whose meaning each property has; see
/// [Parameter Key Words](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS).
public struct PGAuthenticationPolicy: Sendable, Hashable {
    /// Whether SCRAM is bound to the TLS connection, so that nobody in between can pass it on.
    public enum ChannelBinding: String, Sendable, Hashable, CaseIterable {
        /// Never.
        case disable
        /// Where the server offers it.
        case prefer
        /// Always: another method of authentication is refused.
        case require
    }

    /// A method by which a server may authenticate.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// None: the server lets in who comes, or a client certificate was enough.
        case none
        /// The password itself.
        case password
        /// An MD5 digest of the password.
        case md5
        /// SCRAM-SHA-256, with or without channel binding.
        case scramSHA256 = "scram-sha-256"
    }

    /// Whether SCRAM is bound to the TLS connection (`channel_binding`). Defaults to ``ChannelBinding/prefer``.
    public var channelBinding = ChannelBinding.prefer
    /// The methods that are accepted (`require_auth`). Defaults to all.
    public var methods = Set(Method.allCases)
    /// The most SCRAM iterations accepted, since a server could burn our time with them. Defaults to 10,000,000, one
    /// to five seconds of work; the connect timeout ends it too.
    public var maximumSCRAMIterations = 10_000_000

    /// The defaults.
    public init() {}
}
