/// The methods that have a result of their own, without `initialize` and `subscriptions/listen`, which transports serve.
enum Method: String {
    case ping
    case discover = "server/discover"
    case listTools = "tools/list"
    case callTool = "tools/call"
    case listResources = "resources/list"
    case listTemplates = "resources/templates/list"
    case readResource = "resources/read"
    case subscribe = "resources/subscribe"
    case unsubscribe = "resources/unsubscribe"
    case listPrompts = "prompts/list"
    case getPrompt = "prompts/get"
    case complete = "completion/complete"
    case setLevel = "logging/setLevel"
    case getTask = "tasks/get"
    case updateTask = "tasks/update"
    case cancelTask = "tasks/cancel"

    func isServed(_ capabilities: ServerCapabilities, in era: Era) -> Bool {
        switch self {
        case .ping: era == .legacy
        case .discover: era == .modern
        case .listTools, .callTool: capabilities.tools
        case .listResources, .listTemplates, .readResource: capabilities.resources
        case .subscribe, .unsubscribe: era == .legacy && capabilities.resourceSubscriptions
        case .listPrompts, .getPrompt: capabilities.prompts
        case .complete: capabilities.completions
        case .setLevel: era == .legacy && capabilities.logging
        case .getTask, .updateTask, .cancelTask: era == .modern && capabilities.tasks
        }
    }
}
