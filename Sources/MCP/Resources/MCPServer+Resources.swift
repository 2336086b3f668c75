extension MCPServer {
    /// The result of `resources/list`.
    func resourceList(_ params: JSONObject?, version: ProtocolVersion) throws(JSONRPCError) -> JSONObject {
        try page(catalog.contents.resources, as: "resources", params, version: version) {
            $0.jsonValue(for: version)
        }
    }

    /// The result of `resources/templates/list`.
    func templateList(_ params: JSONObject?, version: ProtocolVersion) throws(JSONRPCError) -> JSONObject {
        try page(catalog.contents.templates, as: "resourceTemplates", params, version: version) {
            $0.jsonValue(for: version)
        }
    }

    /// The result of `resources/read`: of the resource of this URI, else of the first template that it fits.
    func readResource(_ params: JSONObject?, context: RequestContext) async throws(JSONRPCError) -> JSONObject {
        guard let uri = params?["uri"]?.stringValue else {
            throw JSONRPCError(.invalidParams, "resources/read needs the string uri")
        }
        let contents = catalog.contents
        let hint: CacheHint
        let read: @Sendable () async throws -> [ResourceContents]
        if let resource = contents.resources.first(where: { $0.uri.hasSameBytes(as: uri) }) {
            hint = resource.cacheHint
            read = { try await resource.read(context) }
        } else if let (template, values) = contents.templates.lazy.compactMap({ template in
            template.uriTemplate.match(uri).map { (template, $0) }
        }).first {
            hint = template.cacheHint
            read = { try await template.read(uri, values, context) }
        } else {
            throw .resourceNotFound(uri, context.version)
        }
        let found = try await value(of: "Reading the resource", context, read)
        guard !found.isEmpty else { throw .resourceNotFound(uri, context.version) }
        var result: JSONObject = ["contents": .array(found.map(\.jsonValue))]
        if context.era == .modern { hint.add(to: &result) }
        return result
    }

    /// Changes what the session of a legacy request wants to be told.
    func changeSession(
        _ method: Method, _ params: JSONObject?, context: RequestContext
    ) async throws(JSONRPCError) {
        let change: SessionChange
        switch method {
        case .setLevel: change = .logLevel(try LogLevel(parameter: params?["level"]))
        default:
            guard let uri = params?["uri"]?.stringValue else {
                throw JSONRPCError(.invalidParams, "\(method.rawValue) needs the string uri")
            }
            change = method == .subscribe ? .subscribe(uri: uri) : .unsubscribe(uri: uri)
        }
        guard let session = context.session, let sessions = context.sessions else {
            throw JSONRPCError(.invalidRequest, "There is no session")
        }
        do throws(SessionStoreError) {
            try await sessions.change(change, of: session, principal: context.principal)
        } catch {
            switch error {
            case .quotaExceeded(let reason), .invalidArgument(let reason):
                throw JSONRPCError(.invalidParams, reason)
            case .unavailable: throw .storageUnavailable
            default: throw JSONRPCError(.invalidRequest, "Session not found")
            }
        }
    }
}

extension JSONRPCError {
    /// There is no resource of this URI: code -32602, in the legacy era -32002, with the URI in the data.
    public static func resourceNotFound(_ uri: String, _ version: ProtocolVersion) -> JSONRPCError {
        JSONRPCError(
            version.era == .modern ? .invalidParams : .legacyResourceNotFound, "Resource not found",
            data: ["uri": .string(uri)])
    }
}
