public import Logging

/// MCP over a pair of byte streams, usually standard input and output: one JSON-RPC message a line.
///
/// Both eras are served on one connection. A modern request carries its version in `_meta`; `initialize` opens a session
/// in the store, to which all later requests without a version belong. Requests are served at the same time and
/// answered in the order in which they are done. Nothing but messages is ever written to the output.
public struct StdioTransport: Sendable {
    /// What a ``StdioTransport`` takes and how long it waits.
    public struct Configuration: Sendable {
        /// The longest line, in bytes; 4 MiB. A longer one is answered by an error and skipped.
        public var maximumMessageBytes = 4 << 20
        /// How many messages are served at the same time; 64. Further ones wait unread.
        public var maximumConcurrentMessages = 64
        /// The most messages in a batch, which only revision 2025-03-26 has; 50.
        public var maximumBatchCount = 50
        /// How long a request may take before it is cancelled; 60 s.
        public var requestTimeout: Duration = .seconds(60)
        /// Who the client is.
        public var principal = Principal.anonymous
        /// Where the transport and the tools log. It must not write to the output.
        public var logger = Logger(label: "mcp.stdio") { StreamLogHandler.standardError(label: $0) }

        /// The defaults.
        public init() {}
    }

    private let server: MCPServer
    private let sessions: any SessionStore
    private let configuration: Configuration

    /// A transport for this server, with the session that `initialize` opens in this store.
    public init(server: MCPServer, sessions: any SessionStore, configuration: Configuration = Configuration()) {
        self.server = server
        self.sessions = sessions
        self.configuration = configuration
    }

    /// Serves one client until its input ends and everything it asked for is answered, until it reads no longer, or
    /// until the task is cancelled.
    ///
    /// Whoever runs this ignores SIGPIPE, or the process ends when the client stops reading.
    ///
    /// - Parameters:
    ///   - input: A file descriptor to read from; it is not closed.
    ///   - output: A file descriptor to write to; it is not closed.
    public func run(input: Int32 = 0, output: Int32 = 1) async {
        let reader = LineReader(
            input, limit: max(1, configuration.maximumMessageBytes),
            credits: max(1, configuration.maximumConcurrentMessages))
        let writer = LineWriter(output)
        var conversation = StdioConversation(
            server: server, sessions: sessions, configuration: configuration, writer: writer)
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await line in reader.lines() {
                    let work = await conversation.receive(line)
                    group.addTask {
                        if let answer = await work(), await !writer.write(answer) { reader.stop() }
                        reader.done()
                    }
                }
                conversation.finish()
            }
        } onCancel: {
            reader.stop()
        }
    }
}
