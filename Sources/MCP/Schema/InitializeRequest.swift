/// What a legacy client says when it opens a session.
struct InitializeRequest: Sendable, Hashable {
    /// The version that the session will speak: the one asked for if it is a legacy one, else the latest of those.
    var negotiatedVersion: ProtocolVersion
    /// The client's name and version.
    var clientInfo: JSONValue
    /// What the client can do.
    var capabilities: JSONValue

    /// Reads the parameters; what is missing or of the wrong type is an error of code -32602.
    init(_ params: JSONObject?) throws(JSONRPCError) {
        guard let requested = params?["protocolVersion"]?.stringValue else {
            throw JSONRPCError(.invalidParams, "initialize needs the string protocolVersion")
        }
        guard let capabilities = params?["capabilities"], capabilities.objectValue != nil else {
            throw JSONRPCError(.invalidParams, "initialize needs the object capabilities")
        }
        guard let clientInfo = params?["clientInfo"], Implementation.isValid(clientInfo) else {
            throw JSONRPCError(.invalidParams, "initialize needs clientInfo with the strings name and version")
        }
        let version = ProtocolVersion(rawValue: requested)
        negotiatedVersion = version?.era == .legacy ? version ?? .latestLegacy : .latestLegacy
        self.clientInfo = clientInfo
        self.capabilities = capabilities
    }
}
