import MCP

/// A tool whose behaviour a test gives.
struct TestTool: ToolProtocol {
    var definition: ToolDefinition
    var body: @Sendable (JSONObject, RequestContext) async throws -> CallToolResult

    init(
        _ name: String, input: JSONValue = ["type": "object"], output: JSONValue? = nil,
        body: @escaping @Sendable (JSONObject, RequestContext) async throws -> CallToolResult
    ) {
        definition = ToolDefinition(
            name: name, title: "The \(name)", description: "For tests.", inputSchema: input, outputSchema: output,
            annotations: ToolAnnotations(readOnlyHint: true, openWorldHint: false))
        self.body = body
    }

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        try await body(arguments, context)
    }
}

struct Accident: Error { var secret = "hunter2" }

extension TestTool {
    /// Gives back what it got.
    static let echo = TestTool(
        "echo",
        input: [
            "type": "object", "properties": ["value": [:], "count": ["type": "integer", "minimum": 1]],
            "required": ["value"], "additionalProperties": false,
        ],
        output: ["type": "object", "properties": ["value": [:]], "required": ["value"]]
    ) { arguments, _ in .success(structured: ["value": arguments["value"] ?? .null]) }

    /// Tells what it knows of the request.
    static let inspect = TestTool("inspect") { _, context in
        .success(structured: [
            "era": .string(context.era.rawValue), "version": .string(context.protocolVersion),
            "session": context.session.map { .string($0.text) } ?? .null,
            "client": context.clientInfo?["name"] ?? .null,
            "principal": .string(context.principal.name),
        ])
    }

    /// Fails with the store error that its argument names.
    static let fail = TestTool("fail") { arguments, _ in
        switch arguments["how"]?.stringValue {
        case "unknown": throw SessionStoreError.sessionUnknown
        case "expired": throw SessionStoreError.sessionExpired
        case "conflict": throw SessionStoreError.versionConflict(current: 7)
        case "quota": throw SessionStoreError.quotaExceeded("a session may hold 3 keys")
        case "argument": throw SessionStoreError.invalidArgument("a key has characters")
        case "unavailable": throw SessionStoreError.unavailable("db1:5432 refused hunter2")
        case "capability": throw JSONRPCError.missingClientCapabilities(["sampling": [:]])
        default: throw Accident()
        }
    }

    /// Lasts until it is cancelled.
    static let slow = TestTool("slow") { _, _ in
        try await Task.sleep(for: .seconds(60))
        return .success(structured: [:])
    }

    /// Breaks its promise.
    static let liar = TestTool("liar", output: ["type": "object", "required": ["truth"]]) { _, _ in
        .success(structured: ["lie": true])
    }

    /// Has arguments that are mirrored into headers.
    static let mirrored = TestTool(
        "mirrored",
        input: [
            "type": "object",
            "properties": [
                "region": ["type": "string", "x-mcp-header": "Region"],
                "count": ["type": "integer", "x-mcp-header": "Count"],
                "deep": ["type": "object", "properties": ["dry": ["type": "boolean", "x-mcp-header": "Dry-Run"]]],
            ],
        ]
    ) { arguments, _ in .success(structured: .object(arguments)) }

    /// All of them, in this order.
    static let all: [any ToolProtocol] = [echo, inspect, fail, slow, liar, mirrored]
}
