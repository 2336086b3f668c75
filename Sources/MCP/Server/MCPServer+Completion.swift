extension MCPServer {
    /// How many suggestions one answer may have (server utilities, completion).
    private static let maximumSuggestions = 100

    /// The result of `completion/complete`. What has no suggestions of its own gets none, without an error.
    func complete(_ params: JSONObject?, context: RequestContext) async throws(JSONRPCError) -> JSONObject {
        guard let argument = params?["argument"], let name = argument["name"]?.stringValue,
            let typed = argument["value"]?.stringValue
        else {
            throw JSONRPCError(.invalidParams, "completion/complete needs argument with the strings name and value")
        }
        let request = CompletionRequest(
            argument: name, value: typed,
            arguments: try Self.strings(params?["context"]?["arguments"], "context.arguments"))
        guard let completer = try completer(params?["ref"], argument: name) else { return Self.completion([]) }
        return Self.completion(
            try await value(of: "Completion", context) { try await completer(request, context) })
    }

    private func completer(
        _ reference: JSONValue?, argument: String
    ) throws(JSONRPCError) -> PromptArgument.Completer? {
        let contents = catalog.contents
        switch reference?["type"]?.stringValue {
        case "ref/prompt":
            guard let name = reference?["name"]?.stringValue,
                let prompt = contents.prompts.first(where: { $0.name.hasSameBytes(as: name) })
            else { throw JSONRPCError(.invalidParams, "ref names no prompt") }
            return prompt.arguments.first { $0.name.hasSameBytes(as: argument) }?.completer
        case "ref/resource":
            guard let uri = reference?["uri"]?.stringValue else {
                throw JSONRPCError(.invalidParams, "ref needs the string uri")
            }
            if let template = contents.templates.first(where: { $0.uriTemplate.text.hasSameBytes(as: uri) }) {
                return template.completers[argument]
            }
            guard contents.resources.contains(where: { $0.uri.hasSameBytes(as: uri) }) else {
                throw JSONRPCError(.invalidParams, "ref names no resource")
            }
            return nil
        default: throw JSONRPCError(.invalidParams, "ref must be a ref/prompt or a ref/resource")
        }
    }

    private static func completion(_ values: [String]) -> JSONObject {
        let shown = values.prefix(maximumSuggestions)
        return [
            "completion": [
                "values": .array(shown.map { .string($0) }), "total": JSONValue(values.count),
                "hasMore": .bool(shown.count < values.count),
            ]
        ]
    }
}
