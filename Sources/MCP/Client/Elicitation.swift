/// Asks the person at the client to fill in a form (client features, elicitation; known from 2025-06-18 on).
public struct Elicitation: InputRequest {
    /// What the person is told.
    public var message: String
    /// The form: an object schema whose properties are strings, numbers, Booleans and choices.
    public var requestedSchema: JSONObject
    /// See ``InputRequest/key``.
    public var key: String?
    private let form: JSONSchema?

    /// A form by its schema.
    ///
    /// - Parameters:
    ///   - message: What the person is told.
    ///   - requestedSchema: The form: an object schema whose properties are strings, numbers, Booleans and choices.
    ///   - key: See ``InputRequest/key``.
    public init(_ message: String, requestedSchema: JSONObject, key: String? = nil) {
        self.message = message
        self.requestedSchema = requestedSchema
        self.key = key
        form = try? JSONSchema(.object(requestedSchema))
    }

    /// `elicitation/create`
    public var method: String { "elicitation/create" }
    /// `elicitation`
    public var requiredCapabilities: JSONObject { ["elicitation": ["form": [:]]] }

    /// Whether the client declared `elicitation` for forms; an empty declaration means them.
    public func isSupported(by capabilities: JSONValue?, version: ProtocolVersion) -> Bool {
        guard version.hasElicitation, let declared = capabilities?["elicitation"]?.objectValue else { return false }
        return declared.contains(key: "form") || !declared.contains(key: "url")
    }

    /// The parameters; `mode` is written from 2025-11-25 on.
    public func params(for version: ProtocolVersion) -> JSONObject {
        var params: JSONObject = ["message": .string(message), "requestedSchema": .object(requestedSchema)]
        if version.hasURLElicitation { params["mode"] = "form" }
        return params
    }

    /// What the person did. An accepted form must fit the schema.
    public func answer(from result: JSONValue) -> ElicitationAnswer? {
        guard let action = result["action"]?.stringValue.flatMap(ElicitationAnswer.Action.init) else { return nil }
        let content = result["content"]?.objectValue ?? [:]
        guard action != .accept || form?.validate(.object(content)).isEmpty ?? true else { return nil }
        return ElicitationAnswer(action: action, content: content)
    }
}

/// What a person did with what they were asked.
public struct ElicitationAnswer: Sendable, Hashable {
    /// The three ways out.
    public enum Action: String, Sendable, Hashable {
        /// Agreed, and sent the form off.
        case accept
        /// Said no.
        case decline
        /// Left without a decision.
        case cancel
    }

    /// Which one it was.
    public var action: Action
    /// The form's fields; empty unless it was accepted.
    public var content: JSONObject

    /// An answer.
    public init(action: Action, content: JSONObject = [:]) {
        self.action = action
        self.content = content
    }
}
