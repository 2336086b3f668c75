/// What a modern request says of itself in `params._meta` (2026-07-28, basic, per-request protocol fields).
struct RequestMetadata: Sendable, Hashable {
    static let protocolVersionKey = "io.modelcontextprotocol/protocolVersion"
    static let clientInfoKey = "io.modelcontextprotocol/clientInfo"
    static let clientCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
    static let logLevelKey = "io.modelcontextprotocol/logLevel"
    static let subscriptionIDKey = "io.modelcontextprotocol/subscriptionId"
    static let serverInfoKey = "io.modelcontextprotocol/serverInfo"

    /// The version that the request claims to speak, served or not.
    var protocolVersion: String
    /// The client's name and version, where it gave them.
    var clientInfo: JSONValue?
    /// What the client can do.
    var clientCapabilities: JSONValue

    /// Whether the parameters claim a protocol version, in whatever form: what does so belongs to the modern era.
    static func isClaimed(in params: JSONObject?) -> Bool {
        params?["_meta"]?.objectValue?.contains(key: protocolVersionKey) ?? false
    }

    /// Reads the metadata; what is missing or of the wrong type is an error of code -32602.
    init(_ params: JSONObject?) throws(JSONRPCError) {
        guard let meta = params?["_meta"]?.objectValue else {
            throw JSONRPCError(.invalidParams, "params._meta is missing")
        }
        guard let version = meta[Self.protocolVersionKey]?.stringValue else {
            throw JSONRPCError(.invalidParams, "params._meta needs the string \(Self.protocolVersionKey)")
        }
        guard let capabilities = meta[Self.clientCapabilitiesKey], capabilities.objectValue != nil else {
            throw JSONRPCError(.invalidParams, "params._meta needs the object \(Self.clientCapabilitiesKey)")
        }
        if let clientInfo = meta[Self.clientInfoKey], !Implementation.isValid(clientInfo) {
            throw JSONRPCError(.invalidParams, "\(Self.clientInfoKey) needs the strings name and version")
        }
        protocolVersion = version
        clientInfo = meta[Self.clientInfoKey]
        clientCapabilities = capabilities
    }
}
