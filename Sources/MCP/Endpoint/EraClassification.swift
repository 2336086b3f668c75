#if Servers
/// Which era a posted message belongs to: what the body claims decides, then the version header.
enum EraClassification {
    /// Whether one of the version headers names a version of the modern era.
    static func isModern(_ versionHeaders: [String]) -> Bool {
        versionHeaders.contains(where: ProtocolVersion.isModern)
    }

    /// The era of a message.
    ///
    /// - Throws: The error for a legacy `initialize` that comes with a modern header.
    static func era(
        of message: JSONRPCMessage, versionHeaders: [String]
    ) throws(JSONRPCError) -> Era {
        if claimsVersion(message) { return .modern }
        let headerIsModern = isModern(versionHeaders)
        if case .request(let request) = message, request.method == "initialize" {
            if headerIsModern {
                throw JSONRPCError(
                    .headerMismatch, "initialize does not exist in the version that the header names")
            }
            return .legacy
        }
        return headerIsModern ? .modern : .legacy
    }

    /// Whether a message carries a protocol version in its `_meta`.
    static func claimsVersion(_ message: JSONRPCMessage) -> Bool {
        switch message {
        case .request(let request): RequestMetadata.isClaimed(in: request.params)
        case .notification(let notification): RequestMetadata.isClaimed(in: notification.params)
        case .response: false
        }
    }
}
#endif
