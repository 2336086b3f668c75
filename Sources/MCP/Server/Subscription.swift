/// What a `subscriptions/listen` request is told (2026-07-28, subscriptions).
struct Subscription: Sendable {
    /// The most resources and tasks that one subscription may name.
    private static let maximumNames = 256

    private let id: RequestID
    private let tools: Bool
    private let prompts: Bool
    private let resources: Bool
    private let uris: [String]?
    private let taskIDs: [String]?
    private let tasks: TaskTable
    private let principal: Principal

    /// Reads the filter, and keeps of it what the server can tell.
    ///
    /// - Throws: Code -32602 where it is malformed, -32021 where it names tasks and the client does not know them.
    init(_ request: JSONRPCRequest, _ context: RequestContext, server: MCPServer) throws(JSONRPCError) {
        guard let filter = request.params?["notifications"], filter.objectValue != nil else {
            throw JSONRPCError(.invalidParams, "subscriptions/listen needs the object notifications")
        }
        func flag(_ name: String) throws(JSONRPCError) -> Bool {
            switch filter[name] {
            case nil, .null?: false
            case .bool(let value)?: value
            default: throw JSONRPCError(.invalidParams, "\(name) must be true or false")
            }
        }
        func names(_ name: String) throws(JSONRPCError) -> [String]? {
            guard let value = filter[name], !value.isNull else { return nil }
            guard let elements = value.arrayValue, elements.count <= Self.maximumNames else {
                throw JSONRPCError(.invalidParams, "\(name) must be an array of at most \(Self.maximumNames) strings")
            }
            let strings = elements.compactMap(\.stringValue)
            guard strings.count == elements.count else {
                throw JSONRPCError(.invalidParams, "\(name) must be an array of strings")
            }
            return strings
        }
        let capabilities = server.capabilities
        let announces = capabilities.listChanged
        id = request.id
        tools = try flag("toolsListChanged") && announces && capabilities.tools
        prompts = try flag("promptsListChanged") && announces && capabilities.prompts
        resources = try flag("resourcesListChanged") && announces && capabilities.resources
        let uris = try names("resourceSubscriptions")
        self.uris = capabilities.resourceSubscriptions ? uris : nil
        var taskIDs = try names("taskIds")
        if taskIDs != nil, !MCPServer.knowsTasks(context) {
            throw .missingClientCapabilities(MCPServer.taskCapability)
        }
        tasks = server.tasks
        principal = context.principal
        let table = server.tasks
        taskIDs = capabilities.tasks ? taskIDs?.filter { table.task($0, of: context.principal) != nil } : nil
        self.taskIDs = taskIDs
    }

    private var metadata: JSONValue { [RequestMetadata.subscriptionIDKey: id.jsonValue] }

    /// The first message: what will be told.
    var acknowledgement: JSONRPCNotification {
        var filter = JSONObject()
        if tools { filter["toolsListChanged"] = true }
        if prompts { filter["promptsListChanged"] = true }
        if resources { filter["resourcesListChanged"] = true }
        filter["resourceSubscriptions"] = uris.map { .array($0.map { .string($0) }) }
        filter["taskIds"] = taskIDs.map { .array($0.map { .string($0) }) }
        return JSONRPCNotification(
            method: "notifications/subscriptions/acknowledged",
            params: ["_meta": metadata, "notifications": .object(filter)])
    }

    /// The message of a change; nil where it was not asked for.
    func notification(of change: ServerChange) -> JSONRPCNotification? {
        switch change {
        case .tools where tools: return message("notifications/tools/list_changed")
        case .prompts where prompts: return message("notifications/prompts/list_changed")
        case .resources where resources: return message("notifications/resources/list_changed")
        case .resource(let uri) where uris?.contains(where: { $0.hasSameBytes(as: uri) }) ?? false:
            return message("notifications/resources/updated", ["uri": .string(uri)])
        case .task(let id) where taskIDs?.contains(id) ?? false:
            return tasks.task(id, of: principal).map { message("notifications/tasks", $0.jsonObject(detailed: true)) }
        default: return nil
        }
    }

    /// The response, with which the server ends the subscription.
    func response(_ server: MCPServer, _ version: ProtocolVersion) -> JSONRPCResponse {
        var result: JSONObject = ["_meta": metadata]
        server.identify(&result, for: version)
        return JSONRPCResponse(id: id, result: result)
    }

    private func message(_ method: String, _ params: JSONObject = [:]) -> JSONRPCNotification {
        var params = params
        params["_meta"] = metadata
        return JSONRPCNotification(method: method, params: params)
    }
}
