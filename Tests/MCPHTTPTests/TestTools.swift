#if Servers
import MCP
import Synchronization

/// Returns its argument.
struct EchoTool: ToolProtocol {
    let definition = ToolDefinition(
        name: "echo", description: "Returns what it is given.",
        inputSchema: ["type": "object", "properties": ["text": ["type": "string"]]])

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        CallToolResult(content: [.text(arguments["text"]?.stringValue ?? "")])
    }
}

/// Takes as long as the test wants, and tells how its calls ended.
final class WaitingTool: ToolProtocol {
    private struct State {
        var started = 0
        var cancelled = 0
        var isReleased = false
    }
    private let state = Mutex(State())

    let definition = ToolDefinition(name: "wait", description: "Waits.", inputSchema: ["type": "object"])

    var started: Int { state.withLock { $0.started } }
    var cancelled: Int { state.withLock { $0.cancelled } }

    /// Lets all calls return.
    func release() { state.withLock { $0.isReleased = true } }

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        state.withLock { $0.started += 1 }
        while !state.withLock({ $0.isReleased }) {
            do {
                try await Task.sleep(for: .milliseconds(5))
            } catch {
                state.withLock { $0.cancelled += 1 }
                throw error
            }
        }
        return CallToolResult(content: [.text("waited")])
    }
}

/// Returns a text that no socket's buffers hold.
struct LargeTool: ToolProtocol {
    let definition = ToolDefinition(name: "large", description: "Returns much.", inputSchema: ["type": "object"])

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        CallToolResult(content: [.text(String(repeating: "x", count: 32 << 20))])
    }
}
#endif
