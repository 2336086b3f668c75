#if Servers
import MCP
import TestSupport
import Testing

extension RawHTTPClient {
    /// Receives a response and holds the messages in it, of its body or of its events, to the schema of their revision.
    func checkedResponse() async throws -> Response {
        let response = try await response()
        for message in response.messages { try message.check() }
        return response
    }
}

extension RawHTTPClient.Response {
    /// The JSON-RPC messages that came.
    fileprivate var messages: [JSONValue] {
        let events = text.split(separator: "\n").filter { $0.hasPrefix("data: {") }.map { $0.dropFirst(6) }
        return (events.isEmpty ? [text[...]] : events).compactMap { try? JSONValue(parsing: String($0)) }
            .filter { $0["jsonrpc"] != nil }
    }
}

extension JSONValue {
    /// These tests ask for `initialize` in 2025-11-25 and for `tools/call` in 2026-07-28.
    fileprivate func check() throws {
        guard SharedData.isExpected("mcp-schema") else { return }
        let isHello = self["result"]?["protocolVersion"] != nil
        let violations = try MCPSchema.validateServerMessage(
            self, revision: isHello ? "2025-11-25" : "2026-07-28", requestMethod: isHello ? "initialize" : "tools/call")
        #expect(violations.isEmpty, "\(self)")
    }
}
#endif
