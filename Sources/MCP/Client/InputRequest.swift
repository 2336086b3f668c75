/// Something that a handler can ask the client for while it serves a request: ``Elicitation``, ``URLElicitation``,
/// ``Sampling`` or ``RootsRequest``.
///
/// Legacy clients are sent it as a request of its own on the stream of the answer. Modern clients get it as an input
/// request (2026-07-28, multi round-trip requests) and send the whole request again with the answer.
public protocol InputRequest<Answer>: Sendable {
    /// What the client answers.
    associatedtype Answer: Sendable

    /// The name under which the answer is kept, where the handler gives one. It must be the same whenever the handler
    /// runs again for the same request.
    var key: String? { get }
    /// The method, such as `elicitation/create`.
    var method: String { get }
    /// The capability that the client must have declared, in the form of `ClientCapabilities`.
    var requiredCapabilities: JSONObject { get }

    /// Whether a client of this revision with these capabilities can be asked.
    func isSupported(by capabilities: JSONValue?, version: ProtocolVersion) -> Bool

    /// The parameters as this revision writes them.
    func params(for version: ProtocolVersion) -> JSONObject

    /// What the client's result says; nil where it is no result that fits the request.
    func answer(from result: JSONValue) -> Answer?
}

/// Why a client was asked in vain.
public enum InputRequestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The client did not declare the capabilities, given in the form of `ClientCapabilities`, or its revision has none
    /// such.
    case unsupported(JSONObject)
    /// The client takes no event stream for this answer, so nothing can be asked on it.
    case unreachable
    /// The client did not answer in time.
    case timedOut
    /// The client answered with an error.
    case refused(JSONRPCError)
    /// The client's answer does not fit what was asked.
    case unusableAnswer

    /// One sentence for people and models.
    public var description: String {
        switch self {
        case .unsupported(let capabilities):
            "The client must declare these capabilities: \(capabilities.keys.joined(separator: ", "))"
        case .unreachable: "The client must accept text/event-stream to be asked anything"
        case .timedOut: "The client did not answer in time"
        case .refused(let error): "The client refused: \(error.message.prefix(200))"
        case .unusableAnswer: "The client's answer does not fit what it was asked"
        }
    }
}

/// An input request without its type, as the links to clients carry it.
struct Question: Sendable {
    /// The key that the handler gave, or a word for the kind of request.
    var key: String
    var method: String
    var params: JSONObject
    /// Whether a result is one that the request can use.
    var isAnswered: @Sendable (JSONValue) -> Bool

    init(_ request: some InputRequest, version: ProtocolVersion) {
        method = request.method
        key = request.key ?? method.split(separator: "/").first.map(String.init) ?? method
        params = request.params(for: version)
        isAnswered = { request.answer(from: $0) != nil }
    }

    /// The request as it stands in a message.
    var jsonValue: JSONValue { ["method": .string(method), "params": .object(params)] }
}
