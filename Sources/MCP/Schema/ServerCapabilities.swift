/// What a server can do, as `initialize` and `server/discover` announce it.
struct ServerCapabilities: Sendable, Hashable {
    var tools = false
    var resources = false
    var prompts = false
    var completions = false
    var logging = false
    /// Whether it tells when its lists change.
    var listChanged = false
    /// Whether it tells when a resource changes that a client watches.
    var resourceSubscriptions = false
    /// Whether tools may become tasks, which the modern era alone has.
    var tasks = false

    static let tasksExtension = "io.modelcontextprotocol/tasks"

    /// The object as this revision writes it.
    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        var object = JSONObject()
        let list: JSONObject = listChanged ? ["listChanged": true] : [:]
        if completions { object["completions"] = [:] }
        if logging { object["logging"] = [:] }
        if prompts { object["prompts"] = .object(list) }
        if resources {
            var resources = list
            if resourceSubscriptions { resources["subscribe"] = true }
            object["resources"] = .object(resources)
        }
        if tools { object["tools"] = .object(list) }
        if tasks, version.era == .modern { object["extensions"] = [Self.tasksExtension: [:]] }
        return .object(object)
    }
}
