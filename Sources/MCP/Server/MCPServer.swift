internal import Logging

/// What an MCP server offers, in every revision of the protocol, whatever the transport.
/// ```swift
/// let server = try MCPServer(name: "dice", version: "1.0") {
///     Tool("roll", "Rolls dice and adds them up.", input: Roll.self) { roll, context in Total(roll) }
/// }
/// ```
/// It holds no state between requests but its lists and its tasks, which copies share: sessions live in a
/// ``SessionStore``, and transports (``Endpoint``, ``StdioTransport``) find the one that a request belongs to.
public struct MCPServer: Sendable {
    /// What a server does beside offering its features.
    public struct Options: Sendable {
        /// How many entries one answer to a list request has; 100, at least 1.
        public var pageSize = 100
        /// Whether clients are told that lists change; false. Set it where ``MCPServer/changeTools(_:)`` and its kin are
        /// called.
        public var announcesListChanges = false
        /// Whether clients may watch resources; false. Set it where ``MCPServer/resourceChanged(_:)`` is called.
        public var resourceSubscriptions = false
        /// Whether handlers send log messages to clients; false. Set it where ``RequestContext/log(_:_:logger:)`` is
        /// called.
        public var logging = false
        /// How long a handler waits for the client's answer to what it asked in the legacy era; 10 minutes.
        public var inputTimeout: Duration = .seconds(600)
        /// The key that seals the state which modern clients carry between the rounds of a request. All instances must
        /// have the same; nil takes the one that they share in their ``SessionStore``.
        public var requestStateKey: [UInt8]?
        /// Carries changes among instances; within this process by default.
        public var changes: any ChangeFeed = LocalChangeFeed()

        /// The defaults.
        public init() {}
    }

    /// How the server introduces itself.
    public let implementation: Implementation
    /// What a model should know about using the server.
    public let instructions: String?
    /// What it does beside offering its features.
    public let options: Options
    let catalog: Catalog
    let tasks: TaskTable

    /// A server.
    ///
    /// - Parameters:
    ///   - implementation: How it introduces itself.
    ///   - instructions: What a model should know about using the server.
    ///   - options: What it does beside offering its features.
    ///   - features: What it offers, in the order in which it is listed.
    /// - Throws: ``FeatureDefinitionError`` where a definition breaks a rule.
    public init(
        _ implementation: Implementation, instructions: String? = nil, options: Options = Options(),
        features: [ServerFeature]
    ) throws(FeatureDefinitionError) {
        precondition(options.pageSize > 0, "A page has at least one entry")
        var tools: [any ToolProtocol] = []
        var contents = Catalog.Contents(tools: try ToolRegistry([]), resources: [], templates: [], prompts: [])
        for feature in features {
            switch feature {
            case .tool(let tool): tools.append(tool)
            case .resource(let resource): contents.resources.append(resource)
            case .template(let template): contents.templates.append(template)
            case .prompt(let prompt): contents.prompts.append(prompt)
            }
        }
        contents.tools = try ToolRegistry(tools)
        try contents.check()
        self.implementation = implementation
        self.instructions = instructions
        self.options = options
        catalog = Catalog(contents)
        tasks = TaskTable(changes: options.changes)
    }

    /// A server; see ``init(_:instructions:options:features:)``.
    ///
    /// - Parameters:
    ///   - name: The name for programs.
    ///   - version: The version, in whatever form.
    ///   - title: The name for people.
    ///   - instructions: What a model should know about using the server.
    ///   - options: What it does beside offering its features.
    ///   - features: What it offers, in the order in which it is listed.
    public init(
        name: String, version: String, title: String? = nil, instructions: String? = nil,
        options: Options = Options(), @ServerBuilder features: () throws -> [ServerFeature]
    ) throws {
        try self.init(
            Implementation(name: name, version: version, title: title), instructions: instructions, options: options,
            features: try features())
    }

    /// A server that offers tools; see ``init(_:instructions:options:features:)``.
    public init(
        name: String, version: String, title: String? = nil, instructions: String? = nil,
        tools: [any ToolProtocol], pageSize: Int = 100
    ) throws(FeatureDefinitionError) {
        var options = Options()
        options.pageSize = pageSize
        try self.init(
            Implementation(name: name, version: version, title: title), instructions: instructions, options: options,
            features: tools.map { .tool($0) })
    }

    var tools: ToolRegistry { catalog.contents.tools }

    var capabilities: ServerCapabilities {
        let contents = catalog.contents
        return ServerCapabilities(
            tools: !contents.tools.entries.isEmpty,
            resources: !contents.resources.isEmpty || !contents.templates.isEmpty,
            prompts: !contents.prompts.isEmpty, completions: contents.hasCompletions, logging: options.logging,
            listChanged: options.announcesListChanges, resourceSubscriptions: options.resourceSubscriptions,
            tasks: contents.tools.entries.contains { $0.definition.taskSupport != .forbidden })
    }

    /// Answers a request other than `initialize` and `subscriptions/listen`, which transports serve together with what
    /// they open.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - context: By whom it is asked, and in which session and version of the protocol.
    ///   - timeout: When it is over, without the time in which the client was asked something, the handler's task is
    ///     cancelled and the answer is a result with isError or an error response.
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

    /// Whether a modern request of this method is served here.
    func hasModernMethod(_ name: String) -> Bool {
        Method(rawValue: name)?.isServed(capabilities, in: .modern) ?? false
    }

    private func result(
        of request: JSONRPCRequest, context: RequestContext, timeout: Duration
    ) async throws(JSONRPCError) -> JSONObject {
        guard let method = Method(rawValue: request.method), method.isServed(capabilities, in: context.era) else {
            throw JSONRPCError(.methodNotFound, "Method not found")
        }
        let params = request.params
        var context = context
        context.server = self
        context.metadata = params?["_meta"]?.objectValue ?? [:]
        context.logLevel = try logLevel(context)
        context.deadline = RequestDeadline(after: timeout)
        switch method {
        case .ping: return [:]
        case .discover: return discovery(for: context.version)
        case .listTools: return try toolList(params, version: context.version)
        case .listResources: return try resourceList(params, version: context.version)
        case .listTemplates: return try templateList(params, version: context.version)
        case .listPrompts: return try promptList(params, version: context.version)
        case .callTool:
            return try await inRounds(request, context) { (context) async throws(JSONRPCError) in
                try await callTool(params, context: context)
            }
        case .readResource:
            return try await inRounds(request, context) { (context) async throws(JSONRPCError) in
                try await readResource(params, context: context)
            }
        case .getPrompt:
            return try await inRounds(request, context) { (context) async throws(JSONRPCError) in
                try await getPrompt(params, context: context)
            }
        case .complete: return try await complete(params, context: context)
        case .subscribe, .unsubscribe, .setLevel:
            try await changeSession(method, params, context: context)
            return [:]
        case .getTask, .updateTask, .cancelTask: return try taskResult(method, params, context: context)
        }
    }

    /// From which level on the client is sent log messages: as a modern request says, or as the legacy session was told.
    private func logLevel(_ context: RequestContext) throws(JSONRPCError) -> LogLevel? {
        guard context.era == .modern else {
            return options.logging ? context.logLevel ?? .info : nil
        }
        guard let level = context.metadata[RequestMetadata.logLevelKey] else { return nil }
        let asked = try LogLevel(parameter: level)
        return options.logging ? asked : nil
    }

    /// The result of `initialize`.
    func initializeResult(for version: ProtocolVersion) -> JSONObject {
        var result: JSONObject = [
            "protocolVersion": .string(version.rawValue),
            "capabilities": capabilities.jsonValue(for: version),
            "serverInfo": implementation.jsonValue(for: version),
        ]
        result["instructions"] = instructions.map { .string($0) }
        return result
    }

    private func discovery(for version: ProtocolVersion) -> JSONObject {
        var result: JSONObject = [
            "supportedVersions": .array(ProtocolVersion.supported.map { .string($0.rawValue) }),
            "capabilities": capabilities.jsonValue(for: version),
        ]
        result["instructions"] = instructions.map { .string($0) }
        CacheHint.lists.add(to: &result)
        return result
    }

    /// Adds what every modern result carries.
    func identify(_ result: inout JSONObject, for version: ProtocolVersion) {
        if result["resultType"] == nil { result["resultType"] = "complete" }
        var metadata = result["_meta"]?.objectValue ?? [:]
        metadata[RequestMetadata.serverInfoKey] = implementation.jsonValue(for: version)
        result["_meta"] = .object(metadata)
    }
}
