/// Asks the client's model to go on with a conversation (client features, sampling).
public struct Sampling: InputRequest {
    /// What was said so far.
    public var messages: [PromptMessage]
    /// The most tokens that the model may write.
    public var maximumTokens: Int
    /// What the model is to keep in mind; the client may leave it out.
    public var systemPrompt: String?
    /// From 0 on; nil leaves it to the client.
    public var temperature: Double?
    /// Texts at which the model is to stop.
    public var stopSequences: [String]
    /// What kind of model is wanted, in the form of `ModelPreferences`.
    public var modelPreferences: JSONObject?
    /// Tools that the model may call, in the form of `Tool`; known from 2025-11-25 on, and to be declared by the client
    /// as `sampling.tools`.
    public var tools: [JSONValue]
    /// Whether it has to call one, in the form of `ToolChoice`.
    public var toolChoice: JSONObject?
    /// See ``InputRequest/key``.
    public var key: String?

    /// A conversation to go on with; what is not given here is left to the client.
    public init(_ messages: [PromptMessage], maximumTokens: Int, systemPrompt: String? = nil, key: String? = nil) {
        self.messages = messages
        self.maximumTokens = maximumTokens
        self.systemPrompt = systemPrompt
        self.key = key
        stopSequences = []
        tools = []
    }

    /// One question of the user's.
    public init(_ question: String, maximumTokens: Int, systemPrompt: String? = nil, key: String? = nil) {
        self.init([.user(question)], maximumTokens: maximumTokens, systemPrompt: systemPrompt, key: key)
    }

    /// `sampling/createMessage`
    public var method: String { "sampling/createMessage" }
    /// `sampling`, with `tools` where there are some.
    public var requiredCapabilities: JSONObject {
        ["sampling": tools.isEmpty ? [:] : ["tools": [:]]]
    }

    /// Whether the client declared `sampling`, and its tools where there are some.
    public func isSupported(by capabilities: JSONValue?, version: ProtocolVersion) -> Bool {
        guard let declared = capabilities?["sampling"]?.objectValue else { return false }
        return tools.isEmpty || declared.contains(key: "tools")
    }

    /// The parameters.
    public func params(for version: ProtocolVersion) -> JSONObject {
        var params: JSONObject = [
            "messages": .array(messages.map { $0.jsonValue(for: version) }),
            "maxTokens": JSONValue(max(1, maximumTokens)),
        ]
        params["systemPrompt"] = systemPrompt.map { .string($0) }
        params["temperature"] = temperature.flatMap(JSONNumber.init).map { .number($0) }
        if !stopSequences.isEmpty { params["stopSequences"] = .array(stopSequences.map { .string($0) }) }
        params["modelPreferences"] = modelPreferences.map { .object($0) }
        if !tools.isEmpty { params["tools"] = .array(tools) }
        params["toolChoice"] = toolChoice.map { .object($0) }
        return params
    }

    /// What the model said.
    public func answer(from result: JSONValue) -> SampledMessage? {
        guard let role = result["role"]?.stringValue.flatMap(Role.init), let model = result["model"]?.stringValue,
            let content = result["content"], content.objectValue != nil || content.arrayValue != nil
        else { return nil }
        return SampledMessage(
            role: role, content: content.arrayValue ?? [content], model: model,
            stopReason: result["stopReason"]?.stringValue)
    }
}

/// What a client's model said.
public struct SampledMessage: Sendable, Hashable {
    /// Who says it, normally the assistant.
    public var role: Role
    /// The pieces of content as the client sent them: text, image, audio or, from 2025-11-25 on, calls of tools.
    public var content: [JSONValue]
    /// The model's name.
    public var model: String
    /// Why it stopped, such as `endTurn` or `maxTokens`.
    public var stopReason: String?

    /// All of its text.
    public var text: String {
        content.filter { $0["type"] == "text" }.compactMap { $0["text"]?.stringValue }.joined()
    }
}
