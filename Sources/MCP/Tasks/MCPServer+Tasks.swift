extension MCPServer {
    /// What a client must declare to be given tasks.
    static let taskCapability: JSONObject = ["extensions": [ServerCapabilities.tasksExtension: [:]]]

    static func knowsTasks(_ context: RequestContext) -> Bool {
        context.era == .modern
            && context.clientCapabilities?["extensions"]?[ServerCapabilities.tasksExtension]?.objectValue != nil
    }

    /// The result of `tasks/get`, `tasks/update` or `tasks/cancel`.
    func taskResult(
        _ method: Method, _ params: JSONObject?, context: RequestContext
    ) throws(JSONRPCError) -> JSONObject {
        guard Self.knowsTasks(context) else { throw .missingClientCapabilities(Self.taskCapability) }
        guard let id = params?["taskId"]?.stringValue else {
            throw JSONRPCError(.invalidParams, "\(method.rawValue) needs the string taskId")
        }
        guard let task = tasks.task(id, of: context.principal) else {
            throw JSONRPCError(.invalidParams, "There is no such task, or its time is over")
        }
        switch method {
        case .updateTask:
            guard let responses = params?["inputResponses"]?.objectValue else {
                throw JSONRPCError(.invalidParams, "tasks/update needs the object inputResponses")
            }
            task.update(responses)
            return [:]
        case .cancelTask:
            task.cancel()
            return [:]
        default:
            return task.jsonObject(detailed: true)
        }
    }
}
