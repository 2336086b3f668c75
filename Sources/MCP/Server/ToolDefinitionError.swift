/// Why a tool cannot be registered with an ``MCPServer``.
public struct ToolDefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The tool's name.
    public let tool: String
    /// What is wrong, in one sentence.
    public let reason: String

    /// The name and the reason.
    public var description: String { "tool \(tool): \(reason)" }
}
