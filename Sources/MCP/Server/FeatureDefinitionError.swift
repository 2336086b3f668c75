/// Why a tool, resource, template or prompt cannot be registered with an ``MCPServer``.
public struct FeatureDefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What and which, such as `tool roll`.
    public let feature: String
    /// What is wrong, in one sentence.
    public let reason: String

    init(feature: String, reason: String) {
        self.feature = feature
        self.reason = reason
    }

    init(tool: String, reason: String) { self.init(feature: "tool \(tool)", reason: reason) }

    /// What and why.
    public var description: String { "\(feature): \(reason)" }
}
