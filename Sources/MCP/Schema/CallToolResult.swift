/// What a tool call brought: a result, or an error that the model can read and act upon.
public struct CallToolResult: Sendable, Hashable {
    /// What the model reads.
    public var content: [ContentBlock]
    /// The same for programs; fits the tool's output schema where there is one. Known from 2025-06-18 on.
    public var structuredContent: JSONValue?
    /// Whether the call failed.
    public var isError: Bool

    /// A result.
    public init(content: [ContentBlock], structuredContent: JSONValue? = nil, isError: Bool = false) {
        self.content = content
        self.structuredContent = structuredContent
        self.isError = isError
    }

    /// A result given as a JSON value, and as the same JSON in text for clients that know no structured content.
    public static func success(structured: JSONValue) -> CallToolResult {
        CallToolResult(content: [.text(structured.description)], structuredContent: structured)
    }

    /// An error: one text of the form `code: message`, then `(name: value, …)` where there are details.
    ///
    /// - Parameters:
    ///   - code: What kind of error it is, such as `version_conflict`.
    ///   - message: What the model should do about it.
    ///   - details: What else it should know, such as the current version.
    public static func failure(code: String, message: String, details: JSONObject = [:]) -> CallToolResult {
        var text = "\(code): \(message)"
        if !details.isEmpty {
            let list = details.map { "\($0.key): \($0.value.description)" }
            text += " (\(list.joined(separator: ", ")))"
        }
        return CallToolResult(content: [.text(text)], isError: true)
    }

    /// The result object as this revision writes it, without `resultType` and `_meta`.
    func jsonObject(for version: ProtocolVersion) -> JSONObject {
        var object: JSONObject = ["content": .array(content.map { $0.jsonValue(for: version) })]
        if let structuredContent, version.hasStructuredResults {
            if version.hasAnyStructuredValue || structuredContent.objectValue != nil {
                object["structuredContent"] = structuredContent
            }
        }
        object["isError"] = .bool(isError)
        return object
    }
}
