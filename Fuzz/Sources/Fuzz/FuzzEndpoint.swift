import Dispatch
import HTTPTypes
import Logging
import MCP

enum FuzzEndpoint {
    private struct Echo: Codable, Sendable {
        let text: String
    }

    private static let endpoint: Endpoint = {
        var configuration = Endpoint.Configuration()
        configuration.logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        do {
            return Endpoint(
                server: try MCPServer(name: "fuzz", version: "1", tools: []), sessions: InMemorySessionStore(),
                configuration: configuration)
        } catch {
            fatalError("\(error)")
        }
    }()

    /// Fields, one a line, an empty line, and the body.
    static func run(_ bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        let methods: [HTTPRequest.Method] = [.post, .get, .delete, .put, .options]
        let method = methods[Int(bytes.first ?? 0) % methods.count]
        lines = lines.dropFirst()
        var request = HTTPRequest(method: method, scheme: "http", authority: "127.0.0.1:8060", path: "/mcp")
        while let line = lines.popFirst(), !line.isEmpty {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard parts.count == 2, let name = HTTPField.Name(String(decoding: parts[0], as: UTF8.self)) else {
                continue
            }
            request.headerFields.append(
                HTTPField(name: name, value: String(decoding: parts[1].drop { $0 == 32 }, as: UTF8.self)))
        }
        let body = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
        let sent = request
        let done = DispatchSemaphore(value: 0)
        Task {
            let response = await endpoint.respond(to: sent, body: body)
            precondition((100...599).contains(response.head.status.code))
            done.signal()
        }
        // A stream that stays open is no answer to wait for.
        precondition(done.wait(timeout: .now() + .seconds(20)) == .success, "no answer")
    }
}
