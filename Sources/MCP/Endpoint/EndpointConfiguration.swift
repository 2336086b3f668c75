#if Servers
public import HTTPTypes
public import Logging

extension Endpoint {
    /// What an ``Endpoint`` takes and how long it waits.
    public struct Configuration: Sendable {
        /// The hosts that requests may name, such as `mcp.example.com` or `localhost:8060`; without a port all ports
        /// are meant. `*` allows any. By default the names of this machine's loopback interface.
        public var allowedHosts = ["localhost", "127.0.0.1", "[::1]"]
        /// The origins of web pages that may send requests, such as `https://app.example.com`, beside those on
        /// ``allowedHosts``. `*` allows any. By default none.
        public var allowedOrigins: [String] = []
        /// The longest body, in bytes; 4 MiB.
        public var maximumBodyBytes = 4 << 20
        /// The most messages in a batch, which only revision 2025-03-26 has; 50.
        public var maximumBatchCount = 50
        /// The most event streams that are open at the same time; 1,024. Further GET requests are answered 503.
        public var maximumStreams = 1024
        /// How long an event stream stays silent before a comment keeps it alive; 15 s.
        public var keepAliveInterval: Duration = .seconds(15)
        /// How long a client that takes both waits for the first word before its answer becomes a stream of events, which is
        /// kept alive, can be resumed (legacy) and whose end cancels the request (modern); 1 s.
        public var eventStreamDelay: Duration = .seconds(1)
        /// How long a legacy client that lost a stream is asked to wait before it comes back; 500 ms.
        public var retryInterval: Duration = .milliseconds(500)
        /// The most legacy requests that are served at the same time, also for clients that went away; 4,096. Further
        /// ones are answered 503.
        public var maximumRunningRequests = 4096
        /// How long a request may take before it is cancelled; 60 s.
        public var requestTimeout: Duration = .seconds(60)
        /// Tells who sends a request; nil refuses it with 401. By default everyone is anonymous.
        public var authenticate: @Sendable (HTTPRequest) async -> Principal? = { _ in .anonymous }
        /// Where the endpoint and the tools log.
        public var logger = Logger(label: "mcp.endpoint")

        /// The defaults.
        public init() {}
    }
}
#endif
