internal import Digests

/// What a modern client carries from one round of a request to the next, sealed by HMAC-SHA-256 so that any instance
/// can tell that a server wrote it, for whom, for which request, and how long ago (2026-07-28, multi round-trip requests).
struct RequestState: Sendable {
    /// The results of input requests of earlier rounds.
    var answers: JSONObject = [:]
    /// What the handler wants to know again.
    var remembered: JSONObject = [:]
    /// A digest of who asks for what.
    private let binding: String

    /// How long a client may take for a round.
    static let lifetime: Duration = .seconds(3600)
    private static let label = Array("mcp request state v1".utf8)

    /// The state of a request's first round.
    ///
    /// The binding covers the principal, the method and all parameters but those that change from round to round.
    init(_ request: JSONRPCRequest, of principal: Principal) {
        var params = request.params ?? [:]
        for key in ["_meta", "inputResponses", "requestState"] { params[key] = nil }
        let bound: JSONValue = [
            .string(principal.name), .string(request.method), Self.sorted(.object(params)),
        ]
        binding = Base64.encodeURL(SHA256.hash(bound.serialized()))
    }

    /// The text that goes to the client.
    func sealed(with key: [UInt8], now: Timestamp = .now) -> String {
        let payload: JSONValue = [
            "for": .string(binding), "until": JSONValue(now.advanced(by: Self.lifetime).microseconds),
            "answers": .object(answers), "remembered": .object(remembered),
        ]
        let bytes = payload.serialized()
        return Base64.encode(bytes) + "." + Base64.encode(Self.seal(bytes, key))
    }

    /// Takes over what a client brought back.
    ///
    /// - Throws: Code -32602 where the text was not written by a server with this key, for this principal and request,
    ///   within the last hour.
    mutating func open(_ text: String, with key: [UInt8], now: Timestamp = .now) throws(JSONRPCError) {
        let invalid = JSONRPCError(.invalidParams, "requestState is not one of this server's for this request")
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = Base64.decode(String(parts[0])),
            let seal = Base64.decode(String(parts[1])), constantTimeEquals(seal, Self.seal(bytes, key)),
            let payload = try? JSONValue(parsing: bytes), let until = payload["until"]?.intValue,
            payload["for"] == .string(binding), let answers = payload["answers"]?.objectValue,
            let remembered = payload["remembered"]?.objectValue
        else { throw invalid }
        guard now.microseconds < until else {
            throw JSONRPCError(.invalidParams, "requestState is too old; begin again without it")
        }
        self.answers = answers
        self.remembered = remembered
    }

    private static func seal(_ bytes: [UInt8], _ key: [UInt8]) -> [UInt8] {
        HMACSHA256.authenticate(label + bytes, key: key)
    }

    /// The value with its objects' members in the order of their keys: a client may write them in another one.
    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            let members = object.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            return .object(JSONObject(members.map { (key: $0.key, value: sorted($0.value)) }))
        case .array(let elements): return .array(elements.map(sorted))
        default: return value
        }
    }
}
