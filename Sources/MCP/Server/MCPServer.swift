internal import Logging

/// What an MCP server offers, in every revision of the protocol, whatever the transport.
///
/// It holds no state between requests: sessions live in a ``SessionStore``, and transports (``Endpoint``,
/// ``StdioTransport``) find the one that a request belongs to.
public struct MCPServer: Sendable {
    /// How the server introduces itself.
    public let implementation: Implementation
    /// What a model should know about using the server.
    public let instructions: String?
    let tools: ToolRegistry
    let toolsPerPage: Int

    /// A server.
    ///
    /// - Parameters:
    ///   - name: The name for programs.
    ///   - version: The version, in whatever form.
    ///   - title: The name for people.
    ///   - instructions: What a model should know about using the server.
    ///   - tools: Listed in this order.
    ///   - toolsPerPage: How many tools one answer to `tools/list` has; at least 1.
    /// - Throws: ``ToolDefinitionError`` where a tool's definition breaks a rule.
    public init(
        name: String, version: String, title: String? = nil, instructions: String? = nil, tools: [any Tool],
        toolsPerPage: Int = 100
    ) throws(ToolDefinitionError) {
        precondition(toolsPerPage > 0, "A page has at least one tool")
        implementation = Implementation(name: name, version: version, title: title)
        self.instructions = instructions
        self.tools = try ToolRegistry(tools)
        self.toolsPerPage = toolsPerPage
    }

    var capabilities: ServerCapabilities { ServerCapabilities(tools: !tools.entries.isEmpty) }

    /// Answers a request other than `initialize`, which transports serve together with the session it opens.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - context: By whom it is asked, and in which session and version of the protocol.
    ///   - timeout: When it is over, the tool's task is cancelled and the answer is a result with isError.
    public func respond(
        to request: JSONRPCRequest, context: RequestContext, timeout: Duration
    ) async -> JSONRPCResponse {
        do throws(JSONRPCError) {
            var result = try await result(of: request, context: context, timeout: timeout)
            if context.era == .modern { identify(&result, for: context.version) }
            return JSONRPCResponse(id: request.id, result: result)
        } catch {
            return JSONRPCResponse(id: request.id, error: error)
        }
    }

    /// Whether a modern request of this method is served.
    func hasModernMethod(_ name: String) -> Bool { Method(rawValue: name)?.isServed(by: self, in: .modern) ?? false }

    private func result(
        of request: JSONRPCRequest, context: RequestContext, timeout: Duration
    ) async throws(JSONRPCError) -> JSONObject {
        guard let method = Method(rawValue: request.method), method.isServed(by: self, in: context.era) else {
            throw JSONRPCError(.methodNotFound, "Method not found")
        }
        switch method {
        case .ping: return [:]
        case .discover: return discovery(for: context.version)
        case .listTools: return try toolList(request.params, version: context.version)
        case .callTool: return try await callTool(request.params, context: context, timeout: timeout)
        }
    }

    /// The result of `initialize`.
    func initializeResult(for version: ProtocolVersion) -> JSONObject {
        var result: JSONObject = [
            "protocolVersion": .string(version.rawValue),
            "capabilities": capabilities.jsonValue,
            "serverInfo": implementation.jsonValue(for: version),
        ]
        result["instructions"] = instructions.map { .string($0) }
        return result
    }

    private func discovery(for version: ProtocolVersion) -> JSONObject {
        var result: JSONObject = [
            "supportedVersions": .array(ProtocolVersion.supported.map { .string($0.rawValue) }),
            "capabilities": capabilities.jsonValue,
        ]
        result["instructions"] = instructions.map { .string($0) }
        CacheHint.add(to: &result)
        return result
    }

    /// Adds what every modern result carries.
    private func identify(_ result: inout JSONObject, for version: ProtocolVersion) {
        result["resultType"] = "complete"
        result["_meta"] = .object([RequestMetadata.serverInfoKey: implementation.jsonValue(for: version)])
    }
}

/// The methods that have a result of their own.
private enum Method: String {
    case ping
    case discover = "server/discover"
    case listTools = "tools/list"
    case callTool = "tools/call"

    func isServed(by server: MCPServer, in era: Era) -> Bool {
        switch self {
        case .ping: era == .legacy
        case .discover: era == .modern
        case .listTools, .callTool: server.capabilities.tools
        }
    }
}
