/// The error of a JSON-RPC error response.
public struct JSONRPCError: Error, Sendable, Hashable {
    /// What kind of error it is.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The number in the message.
        public let rawValue: Int

        /// A code of this number.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// The message is no JSON.
        public static let parseError = Code(rawValue: -32700)
        /// The message is no JSON-RPC message that can be taken here.
        public static let invalidRequest = Code(rawValue: -32600)
        /// There is no such method.
        public static let methodNotFound = Code(rawValue: -32601)
        /// The parameters do not fit the method.
        public static let invalidParams = Code(rawValue: -32602)
        /// The server failed.
        public static let internalError = Code(rawValue: -32603)
        /// There is no such resource, in revisions up to 2025-11-25 (server features, resources).
        public static let legacyResourceNotFound = Code(rawValue: -32002)
        /// The HTTP headers do not agree with the body (2026-07-28, Streamable HTTP, server validation).
        public static let headerMismatch = Code(rawValue: -32020)
        /// The request needs a capability that the client did not declare (2026-07-28, basic, per-request fields).
        public static let missingRequiredClientCapability = Code(rawValue: -32021)
        /// The server does not serve the protocol version (2026-07-28, versioning).
        public static let unsupportedProtocolVersion = Code(rawValue: -32022)
    }

    /// What kind of error it is.
    public var code: Code
    /// One sentence for people.
    public var message: String
    /// What the code says comes with it.
    public var data: JSONValue?

    /// An error.
    public init(_ code: Code, _ message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// The request cannot be served without these client capabilities.
    public static func missingClientCapabilities(_ required: JSONObject) -> JSONRPCError {
        let names = required.keys.joined(separator: ", ")
        return JSONRPCError(
            .missingRequiredClientCapability, "The client must declare these capabilities: \(names)",
            data: ["requiredCapabilities": .object(required)])
    }

    /// The server does not serve the version that was asked for.
    public static func unsupportedVersion(_ requested: String) -> JSONRPCError {
        let supported = ProtocolVersion.supported.map { JSONValue.string($0.rawValue) }
        return JSONRPCError(
            .unsupportedProtocolVersion, "Unsupported protocol version",
            data: ["supported": .array(supported), "requested": .string(requested)])
    }

    /// The store of sessions cannot be reached.
    static let storageUnavailable = JSONRPCError(.internalError, "storage unavailable")

    /// The error as it stands in a message.
    public var jsonValue: JSONValue {
        var object: JSONObject = ["code": JSONValue(code.rawValue), "message": .string(message)]
        object["data"] = data
        return .object(object)
    }
}
