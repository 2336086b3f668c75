/// Something that clients may have asked to be told.
public enum ServerChange: Sendable, Hashable {
    /// The list of tools changed.
    case tools
    /// The list of prompts changed.
    case prompts
    /// The list of resources or templates changed.
    case resources
    /// This resource changed.
    case resource(uri: String)
    /// This task has another status.
    case task(id: String)
}

/// A change on its way to clients.
public struct PublishedChange: Sendable, Hashable {
    /// A random name, the same for all who hear of it.
    public var id: String
    /// What changed.
    public var change: ServerChange
    /// Whether this process published it: of all who hear of it, it alone tells the legacy sessions.
    public var isOwn: Bool

    /// A change with its name.
    public init(id: String, change: ServerChange, isOwn: Bool = false) {
        self.id = id
        self.change = change
        self.isOwn = isOwn
    }
}

extension ServerChange {
    /// The notification of the legacy era; nil where it has none.
    var legacyNotification: JSONRPCNotification? {
        switch self {
        case .tools: JSONRPCNotification(method: "notifications/tools/list_changed")
        case .prompts: JSONRPCNotification(method: "notifications/prompts/list_changed")
        case .resources: JSONRPCNotification(method: "notifications/resources/list_changed")
        case .resource(let uri):
            JSONRPCNotification(method: "notifications/resources/updated", params: ["uri": .string(uri)])
        case .task: nil
        }
    }
}
