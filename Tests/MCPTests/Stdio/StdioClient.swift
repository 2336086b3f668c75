import Dispatch
import Glibc
import MCP
import TestSupport
import Testing

/// Speaks with a stdio transport line by line, and holds what it says to the schema of a revision.
final class StdioClient: Sendable {
    private let input: Pipe
    private let output: Pipe
    private let run: Task<Void, Never>
    private let revision: String
    private let lines: AsyncStream<[UInt8]>

    init(_ server: MCPServer, speaking revision: String) throws {
        self.revision = revision
        let (input, output) = (try Pipe(), try Pipe())
        (self.input, self.output) = (input, output)
        let transport = StdioTransport(server: server, sessions: InMemorySessionStore())
        run = Task {
            await transport.run(input: input.reader, output: output.writer)
            output.closeWriter()
        }
        let (lines, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        self.lines = lines
        DispatchQueue(label: "test.stdio").async {
            var line: [UInt8] = []
            var byte: UInt8 = 0
            while unsafe Glibc.read(output.reader, &byte, 1) == 1 {
                if byte == UInt8(ascii: "\n") {
                    continuation.yield(line)
                    line = []
                } else {
                    line.append(byte)
                }
            }
            continuation.finish()
        }
    }

    func send(_ message: JSONValue) { input.write(message.serialized() + [UInt8(ascii: "\n")]) }

    /// The next message; nil where nothing more comes.
    func next(answering method: String? = nil) async throws -> JSONValue? {
        for await line in lines {
            let message = try JSONValue(parsing: line)
            if SharedData.isExpected("mcp-schema") {
                let violations = try MCPSchema.validateServerMessage(
                    message, revision: revision, requestMethod: method)
                #expect(violations.isEmpty, "\(message)")
            }
            return message
        }
        return nil
    }

    /// Says nothing more, and waits for the end.
    func finish() async {
        input.closeWriter()
        await run.value
        input.closeReader()
        output.closeReader()
    }
}
