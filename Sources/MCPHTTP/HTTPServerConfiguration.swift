#if Servers
/// Where an ``HTTPServer`` listens and what it puts up with.
public struct HTTPServerConfiguration: Sendable {
    /// The address to listen on: a name or a numeric address.
    public var host: String
    /// The port to listen on; 0 lets the system choose one.
    public var port: Int
    /// The path of the MCP endpoint, beginning with a slash.
    public var path: String
    /// How many connections are open at most. Those beyond wait in the listening socket's queue.
    public var maximumConnections = 512
    /// The size, in bytes, that all of a request's header fields may have together. A larger one is answered 400.
    public var maximumHeaderBytes = 32 * 1024
    /// How long a connection may be open without a whole request head: idle ones and those that trickle a head end.
    public var idleTimeout: Duration = .seconds(60)
    /// How long a request may take from its head to the end of its body. A slower one is answered 408.
    public var bodyTimeout: Duration = .seconds(30)
    /// How long a client may leave what was sent to it unread, once the buffers are full.
    public var writeTimeout: Duration = .seconds(30)
    /// How long requests may go on after a graceful shutdown began, before they are cancelled.
    public var shutdownTimeout: Duration = .seconds(10)

    /// A configuration; what is not given here has the default that its property shows.
    public init(host: String = "127.0.0.1", port: Int = 8060, path: String = "/mcp") {
        self.host = host
        self.port = port
        self.path = path
    }
}
#endif
