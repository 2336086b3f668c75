#if Servers
/// Requests that a server answers with 200.
enum Requests {
    static let fields = [
        ("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream"),
    ]

    static let initialize = """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
        "clientInfo":{"name":"test","version":"1"}}}
        """

    /// A modern call of the tool, with the fields that go with it.
    static func call(_ tool: String, arguments: String = "{}") -> (fields: [(String, String)], body: String) {
        let headers = [
            ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", tool),
        ]
        let body = """
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"\(tool)","arguments":\(arguments),"_meta":\
            {"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
            """
        return (fields + headers, body)
    }

    /// The same with an answer as events.
    static func callForEvents(_ tool: String) -> (fields: [(String, String)], body: String) {
        let request = call(tool)
        return (request.fields.map { $0.0 == "Accept" ? ("Accept", "text/event-stream") : $0 }, request.body)
    }
}
#endif
