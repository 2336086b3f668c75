extension RequestContext {
    /// Tells the client how far the work is, where it asked for that by a progress token and takes event streams.
    ///
    /// - Parameters:
    ///   - progress: A number that grows with every call.
    ///   - total: What it will be at the end, where that is known.
    ///   - message: What is being done, for people; known from 2025-03-26 on.
    public func reportProgress(_ progress: Double, of total: Double? = nil, message: String? = nil) {
        if let task, let message { task.report(message) }
        guard let token = metadata["progressToken"], token.stringValue != nil || token.numberValue != nil,
            let progress = JSONNumber(progress)
        else { return }
        var params: JSONObject = ["progressToken": token, "progress": .number(progress)]
        params["total"] = total.flatMap(JSONNumber.init).map { .number($0) }
        params["message"] = message.map { .string($0) }
        outlet.notify("notifications/progress", params)
    }

    /// Sends the client a log message, where it wants those of this level and takes event streams.
    ///
    /// In the modern era a request says from which level on; in the legacy one `logging/setLevel` does, for the session,
    /// and before it messages from `info` on are sent.
    public func log(_ level: LogLevel, _ data: JSONValue, logger: String? = nil) {
        guard let logLevel, level >= logLevel else { return }
        var params: JSONObject = ["level": .string(level.rawValue)]
        params["logger"] = logger.map { .string($0) }
        params["data"] = data
        outlet.notify("notifications/message", params)
    }

    /// Whether the client can be asked this.
    public func clientSupports(_ request: some InputRequest) -> Bool {
        request.isSupported(by: clientCapabilities, version: version)
    }

    /// Throws ``InputRequestError/unsupported(_:)`` where the client cannot be asked this.
    public func requireSupport(for request: some InputRequest) throws(InputRequestError) {
        guard clientSupports(request) else { throw .unsupported(request.requiredCapabilities) }
    }

    /// Asks the client one or several things at once, and waits for all answers.
    ///
    /// In the modern era the handler is run again from its beginning when the answers are there, and gets them at once:
    /// what it does before it asks is done once for every round, unless ``remember(_:_:)`` keeps it.
    ///
    /// - Throws: ``InputRequestError``, which as the tool's own error is a result with isError or, where the client
    ///   lacks a capability in the modern era, the error of code -32021. Another error ends a round of the modern era:
    ///   let it pass.
    public func ask<each Request: InputRequest>(
        _ requests: repeat each Request
    ) async throws -> (repeat (each Request).Answer) {
        var questions: [Question] = []
        for request in repeat each requests {
            try requireSupport(for: request)
            questions.append(Question(request, version: version))
        }
        let asked = questions
        let link = link
        let results =
            if let deadline { try await deadline.whileWaiting { try await link.ask(asked) } } else {
                try await link.ask(asked)
            }
        var next = results.makeIterator()
        func answer<One: InputRequest>(to request: One) throws -> One.Answer {
            guard let answer = next.next().flatMap(request.answer) else { throw InputRequestError.unusableAnswer }
            return answer
        }
        return (repeat try answer(to: each requests))
    }

    /// Asks the person at the client to fill in a form of these fields; nil where they declined or cancelled.
    public func elicit<Form: JSONStructure>(
        _ message: String, _ form: Form.Type = Form.self, key: String? = nil
    ) async throws -> Form? {
        let answer = try await ask(Elicitation(message, requestedSchema: Form.formSchema, key: key))
        guard answer.action == .accept else { return nil }
        return try Form(json: .object(answer.content))
    }

    /// Asks the client's model one question.
    public func sample(
        _ question: String, maximumTokens: Int, systemPrompt: String? = nil, key: String? = nil
    ) async throws -> SampledMessage {
        try await ask(Sampling(question, maximumTokens: maximumTokens, systemPrompt: systemPrompt, key: key))
    }

    /// Asks the client which folders and files it lets the server work in.
    public func roots() async throws -> [Root] { try await ask(RootsRequest()) }

    /// Runs work that must not be done again when a modern client's answer makes the handler run anew, and keeps what
    /// it returns in the `requestState` that travels with the client. The state is sealed, not encrypted: the client
    /// can read it. In the legacy era the work is just run.
    public func remember(_ key: String, _ make: () async throws -> JSONValue) async throws -> JSONValue {
        try await link.remember(key, make)
    }

    /// Closes the connection that the answer goes out on, where the client can come back for the rest by itself: in
    /// 2025-11-25, by GET with `Last-Event-ID`. The work goes on and its messages are kept. Elsewhere nothing happens.
    public func disconnect() {
        if version.primesStreams, outlet.isOpen { outlet.put(.disconnect) }
    }

    /// Runs the rest of the call as a task, where the client knows tasks, and answers it at once with the task's name;
    /// the client asks for the outcome. Elsewhere the client waits for the result as ever.
    ///
    /// What the work reports goes into the task's status; questions to the client are part of the task until they are
    /// answered. Ask what must be known before there is a task outside.
    ///
    /// - Parameters:
    ///   - timeToLive: How long after its beginning the task and its result are kept, at most as long as the server
    ///     allows; its work is cancelled then.
    ///   - work: What remains to be done; it must use the context that it is given.
    /// - Throws: What `work` throws where there is no task; otherwise what tells the server that there is one: let it
    ///   pass.
    public func inTask<Output: ToolOutput>(
        timeToLive: Duration = .seconds(3600), _ work: @escaping @Sendable (RequestContext) async throws -> Output
    ) async throws -> Output {
        guard let taskStarter else { return try await work(self) }
        throw try taskStarter.start(self, timeToLive: timeToLive) { try await work($0).callToolResult }
    }
}
