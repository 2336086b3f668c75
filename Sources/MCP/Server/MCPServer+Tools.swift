internal import Logging

extension MCPServer {
    /// The result of `tools/list`.
    func toolList(_ params: JSONObject?, version: ProtocolVersion) throws(JSONRPCError) -> JSONObject {
        try page(tools.entries, as: "tools", params, version: version) { $0.definition.jsonValue(for: version) }
    }

    /// The result of `tools/call`.
    func callTool(_ params: JSONObject?, context: RequestContext) async throws(JSONRPCError) -> JSONObject {
        guard let name = params?["name"]?.stringValue else {
            throw JSONRPCError(.invalidParams, "tools/call needs the string name")
        }
        let arguments: JSONObject
        switch params?["arguments"] {
        case nil, .null?: arguments = [:]
        case .object(let object)?: arguments = object
        default: throw JSONRPCError(.invalidParams, "arguments must be an object")
        }
        guard let entry = tools[name] else {
            throw JSONRPCError(.invalidParams, "Unknown tool: \(String(name.prefix(64)))")
        }
        var context = context
        if entry.definition.taskSupport != .forbidden, context.era == .modern {
            if Self.knowsTasks(context) {
                let inner = context
                context.taskStarter = TaskStarter(table: tasks) { toolOutcome(of: $0, entry, inner) }
            } else if entry.definition.taskSupport == .required {
                throw .missingClientCapabilities(Self.taskCapability)
            }
        }
        let violations = entry.input.validate(.object(arguments))
        guard violations.isEmpty else {
            return CallToolResult.failure(violations).jsonObject(for: context.version)
        }
        let (tool, calling) = (entry.tool, context)
        switch await run(context, { try await tool.call(arguments, context: calling) }) {
        case .returned(let result): return checked(result, entry, context).jsonObject(for: context.version)
        case .threw(let started as TaskStarter.Started):
            var result = started.task.jsonObject(detailed: false)
            result["resultType"] = "task"
            return result
        case .threw(let error): return try toolOutcome(of: error, entry, context).get().jsonObject(for: context.version)
        case .timedOut:
            context.logger.error("a tool took too long", metadata: ["tool": "\(entry.definition.name)"])
            return CallToolResult.failure(
                code: "timeout", message: "The tool did not finish in time. Trying again may help."
            ).jsonObject(for: context.version)
        }
    }

    /// The result, or an error where it breaks the output schema: a client may rely on the one that it was given.
    private func checked(
        _ result: CallToolResult, _ entry: ToolRegistry.Entry, _ context: RequestContext
    ) -> CallToolResult {
        guard let output = entry.output, !result.isError,
            let violation = output.validate(result.structuredContent ?? .null).first
        else { return result }
        context.logger.error(
            "a tool broke its output schema",
            metadata: ["tool": "\(entry.definition.name)", "violation": "\(violation.keywordPath)"])
        return .toolFailed
    }

    /// What becomes of an error that a tool threw.
    private func toolOutcome(
        of error: any Error, _ entry: ToolRegistry.Entry, _ context: RequestContext
    ) -> Result<CallToolResult, JSONRPCError> {
        switch error {
        case let error as JSONRPCError: return .failure(error)
        case let error as SessionStoreError:
            if case .unavailable(let reason) = error {
                context.logger.error(
                    "storage unavailable", metadata: ["tool": "\(entry.definition.name)", "reason": "\(reason)"])
            }
            return .success(.failure(error))
        case let error as InputRequestError:
            if context.era == .modern, case .unsupported = error {
                return .failure(JSONRPCError(asking: error, era: context.era))
            }
            return .success(.failure(code: "client_not_asked", message: error.description))
        // Whoever cancelled the call knows; what a round of the modern era ends with is answered otherwise.
        case is CancellationError, is ModernLink.InputRequired: return .success(.toolFailed)
        default:
            context.logger.error(
                "a tool failed", metadata: ["tool": "\(entry.definition.name)", "error": "\(type(of: error))"])
            return .success(.toolFailed)
        }
    }
}

extension CallToolResult {
    /// What is said of a failure whose reason is not the model's business.
    fileprivate static let toolFailed = failure(
        code: "internal_error", message: "The tool failed. Trying again may help.")

    /// What a model is told of arguments that do not fit the input schema.
    fileprivate static func failure(_ violations: [JSONSchema.Violation]) -> CallToolResult {
        let most = 5
        let listed = violations.prefix(most).map { violation in
            let place = violation.instancePath.isEmpty ? "the arguments" : violation.instancePath
            return "\(place.prefix(200)) \(violation.message)"
        }
        return failure(code: "invalid_argument", message: listed.joined(separator: "; "))
    }
}
