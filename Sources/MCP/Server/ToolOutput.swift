/// What a tool may return.
public protocol ToolOutput: Sendable {
    /// The schema of ``CallToolResult/structuredContent``; nil where there is none.
    static var outputSchema: JSONValue? { get }
    /// The result.
    var callToolResult: CallToolResult { get }
}

extension ToolOutput {
    /// None.
    public static var outputSchema: JSONValue? { nil }
}

extension CallToolResult: ToolOutput {
    /// The result itself.
    public var callToolResult: CallToolResult { self }
}

extension String: ToolOutput {
    /// One text.
    public var callToolResult: CallToolResult { CallToolResult(content: [.text(self)]) }
}

extension ContentBlock: ToolOutput {
    /// One piece of content.
    public var callToolResult: CallToolResult { CallToolResult(content: [self]) }
}

extension Array: ToolOutput where Element == ContentBlock {
    /// The pieces in their order.
    public var callToolResult: CallToolResult { CallToolResult(content: self) }
}
