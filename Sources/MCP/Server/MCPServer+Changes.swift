extension MCPServer {
    /// Changes the tools of this server and its copies, and tells the clients that listen.
    ///
    /// - Throws: ``FeatureDefinitionError`` where a definition breaks a rule; nothing changes then.
    public func changeTools(_ body: (inout [any ToolProtocol]) -> Void) throws(FeatureDefinitionError) {
        try catalog.change { (contents) throws(FeatureDefinitionError) in
            var tools = contents.tools.entries.map(\.tool)
            body(&tools)
            contents.tools = try ToolRegistry(tools)
        }
        options.changes.publish(.tools)
    }

    /// Changes the prompts of this server and its copies, and tells the clients that listen.
    ///
    /// - Throws: ``FeatureDefinitionError`` where a definition breaks a rule; nothing changes then.
    public func changePrompts(_ body: (inout [Prompt]) -> Void) throws(FeatureDefinitionError) {
        try catalog.change { (contents) throws(FeatureDefinitionError) in
            var changed = contents
            body(&changed.prompts)
            try changed.check()
            contents = changed
        }
        options.changes.publish(.prompts)
    }

    /// Changes the resources and templates of this server and its copies, and tells the clients that listen.
    ///
    /// - Throws: ``FeatureDefinitionError`` where a definition breaks a rule; nothing changes then.
    public func changeResources(
        _ body: (inout [Resource], inout [ResourceTemplate]) -> Void
    ) throws(FeatureDefinitionError) {
        try catalog.change { (contents) throws(FeatureDefinitionError) in
            var changed = contents
            body(&changed.resources, &changed.templates)
            try changed.check()
            contents = changed
        }
        options.changes.publish(.resources)
    }

    /// Tells the clients that watch a resource that it changed.
    public func resourceChanged(_ uri: String) { options.changes.publish(.resource(uri: uri)) }
}
