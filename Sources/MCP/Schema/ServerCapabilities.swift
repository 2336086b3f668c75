/// What a server can do, as `initialize` and `server/discover` announce it.
struct ServerCapabilities: Sendable, Hashable {
    /// Whether it has tools.
    var tools: Bool

    /// The object, the same in every revision.
    var jsonValue: JSONValue {
        var object = JSONObject()
        if tools { object["tools"] = [:] }
        return .object(object)
    }
}
