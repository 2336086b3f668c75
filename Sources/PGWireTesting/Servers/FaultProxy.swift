import Glibc
import Synchronization

/// A proxy on 127.0.0.1 between a client and a real server, which passes bytes on in portions and lets connections break
/// at chosen moments.
///
/// Each connection has a thread and a plan of its own. The proxy stops listening when its last user lets go of it; a
/// connection ends when either of its ends does.
public final class FaultProxy: Sendable {
    /// What the proxy has seen of a connection.
    public struct Record: Sendable {
        /// How many bytes went to the server.
        public var toServer = 0
        /// How many bytes went to the client.
        public var toClient = 0
        /// Whether the fault of the connection's plan has come about.
        public var hasFailed = false
        /// Whether the connection is over.
        public var hasEnded = false
    }

    final class Shared: Sendable {
        let records = Mutex<[Record]>([])
        let isClosing = Atomic(false)

        func update(_ connection: Int, _ change: (inout Record) -> Void) {
            records.withLock { change(&$0[connection]) }
        }
    }

    /// The port that it listens on.
    public let port: UInt16
    private let listener: Int32
    private let shared = Shared()

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - server: The port of 127.0.0.1 that connections go on to.
    ///   - plan: What to do with a connection, counted from 0.
    public init(to server: UInt16, plan: @escaping @Sendable (Int) -> FaultPlan) throws {
        (listener, port) = try Loopback.listen()
        let (listener, shared) = (listener, shared)
        ServerThread.start {
            var number = 0
            while case let client = accept(listener, nil, nil), client >= 0 {
                // A program that a test starts meanwhile must not hold the connection open.
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                let connection = number
                number += 1
                shared.records.withLock { $0.append(Record()) }
                let plan = plan(connection)
                ServerThread.start {
                    if let server = try? Loopback.connect(to: server) {
                        var proxied = ProxiedConnection(client: client, server: server, plan: plan) { change in
                            shared.update(connection, change)
                        }
                        proxied.run { shared.isClosing.load(ordering: .relaxed) }
                    } else {
                        Loopback.resetAtClose(client)
                        close(client)
                    }
                    shared.update(connection) { $0.hasEnded = true }
                }
            }
            close(listener)
        }
    }

    deinit {
        shared.isClosing.store(true, ordering: .relaxed)
        // The thread that waits in accept(2) wakes and closes the descriptor.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// What there is to know of each connection so far, in the order in which they came.
    public var connections: [Record] { shared.records.withLock { $0 } }
}
