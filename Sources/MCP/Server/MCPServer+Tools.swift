internal import Logging

extension MCPServer {
    /// The result of `tools/list`.
    func toolList(_ params: JSONObject?, version: ProtocolVersion) throws(JSONRPCError) -> JSONObject {
        let start = try pageStart(params?["cursor"])
        let end = min(start + toolsPerPage, tools.entries.count)
        let page = tools.entries[start..<end].map { $0.definition.jsonValue(for: version) }
        var result: JSONObject = ["tools": .array(page)]
        if end < tools.entries.count { result["nextCursor"] = .string(String(end)) }
        if version.era == .modern { CacheHint.add(to: &result) }
        return result
    }

    /// Where a page begins. A cursor is the number of tools before it; only those that were given out are taken.
    private func pageStart(_ cursor: JSONValue?) throws(JSONRPCError) -> Int {
        switch cursor {
        case nil, .null?: return 0
        case .string(let text)?:
            guard let start = Int(text), start > 0, start < tools.entries.count, start % toolsPerPage == 0,
                String(start).hasSameBytes(as: text)
            else { throw JSONRPCError(.invalidParams, "The cursor is not one of this server's") }
            return start
        default: throw JSONRPCError(.invalidParams, "cursor must be a string")
        }
    }

    /// The result of `tools/call`.
    func callTool(
        _ params: JSONObject?, context: RequestContext, timeout: Duration
    ) async throws(JSONRPCError) -> JSONObject {
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
        let outcome = await outcome(of: entry, arguments, context: context, timeout: timeout)
        return try outcome.get().jsonObject(for: context.version)
    }

    private enum Ending: Sendable {
        case returned(CallToolResult)
        case threw(any Error)
        case timedOut
    }

    /// Runs the tool, at most as long as `timeout` says, and makes a result of whatever comes of it.
    private func outcome(
        of entry: ToolRegistry.Entry, _ arguments: JSONObject, context: RequestContext, timeout: Duration
    ) async -> Result<CallToolResult, JSONRPCError> {
        let violations = entry.input.validate(.object(arguments))
        guard violations.isEmpty else { return .success(.failure(violations)) }
        let tool = entry.tool
        let ending = await withTaskGroup(of: Ending.self) { group in
            group.addTask {
                do { return .returned(try await tool.call(arguments, context: context)) } catch {
                    return .threw(error)
                }
            }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return .timedOut
            }
            let first = await group.next() ?? .timedOut
            group.cancelAll()
            return first
        }
        switch ending {
        case .returned(let result):
            guard let output = entry.output, !result.isError else { return .success(result) }
            // A client may rely on the schema that it was given.
            guard let violation = output.validate(result.structuredContent ?? .null).first else {
                return .success(result)
            }
            context.logger.error(
                "a tool broke its output schema",
                metadata: ["tool": "\(entry.definition.name)", "violation": "\(violation.keywordPath)"])
            return .success(.toolFailed)
        case .threw(let error as JSONRPCError): return .failure(error)
        case .threw(let error as SessionStoreError):
            if case .unavailable(let reason) = error {
                context.logger.error(
                    "storage unavailable", metadata: ["tool": "\(entry.definition.name)", "reason": "\(reason)"])
            }
            return .success(.failure(error))
        case .threw(let error):
            context.logger.error(
                "a tool failed", metadata: ["tool": "\(entry.definition.name)", "error": "\(type(of: error))"])
            return .success(.toolFailed)
        case .timedOut:
            context.logger.error("a tool took too long", metadata: ["tool": "\(entry.definition.name)"])
            return .success(
                .failure(code: "timeout", message: "The tool did not finish in time. Trying again may help."))
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
