/// Asks the client which folders and files it lets the server work in (client features, roots).
public struct RootsRequest: InputRequest {
    /// See ``InputRequest/key``.
    public var key: String?

    /// The request.
    public init(key: String? = nil) { self.key = key }

    /// `roots/list`
    public var method: String { "roots/list" }
    /// `roots`
    public var requiredCapabilities: JSONObject { ["roots": [:]] }

    /// Whether the client declared `roots`.
    public func isSupported(by capabilities: JSONValue?, version: ProtocolVersion) -> Bool {
        capabilities?["roots"]?.objectValue != nil
    }

    /// No parameters.
    public func params(for version: ProtocolVersion) -> JSONObject { [:] }

    /// The roots in the client's order.
    public func answer(from result: JSONValue) -> [Root]? {
        guard let roots = result["roots"]?.arrayValue else { return nil }
        let read = roots.compactMap { root in
            root["uri"]?.stringValue.map { Root(uri: $0, name: root["name"]?.stringValue) }
        }
        return read.count == roots.count ? read : nil
    }
}
