/// Something that a model can call.
///
/// A tool serves any number of calls at the same time. It must give up soon after its task is cancelled: that is how a
/// call ends that takes longer than the server allows, or whose client went away.
public protocol ToolProtocol: Sendable {
    /// What clients are told of the tool; always the same.
    var definition: ToolDefinition { get }

    /// Serves one call.
    ///
    /// - Parameters:
    ///   - arguments: They fit the definition's input schema.
    ///   - context: By whom the tool is called, and in which session and version of the protocol.
    /// - Throws: What becomes a result with isError: a ``SessionStoreError`` with a code and what the model should do,
    ///   anything else as an internal error without details. A ``JSONRPCError`` is sent as such.
    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult
}
