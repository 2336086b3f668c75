import Glibc
public import PGWire
import Synchronization

/// A proxy on 127.0.0.1 that passes a client's connections on to a real server and writes the conversation down.
///
/// Where the client asks for TLS and the server agrees, the recorder ends TLS on both sides and speaks it anew, so that it
/// sees the messages; it checks nobody's certificate. Secrets do not reach the transcript: passwords and the proofs of
/// SCRAM become those of ``TranscriptHeader/testPassword``, cancel keys and process ids become made up ones. What
/// statements, parameters and rows hold is written down as it is.
///
/// ```swift
/// let recorder = try TranscriptRecorder(to: .tcp(host: "127.0.0.1", port: 5432))
/// // … connect to 127.0.0.1 at recorder.port, and talk …
/// try await recorder.finish().write(toFile: "Fixtures/orders.transcript")
/// ```
///
/// The connections end when the recorder is let go of.
public final class TranscriptRecorder: Sendable {
    /// The port of 127.0.0.1 that it listens on.
    public let port: UInt16
    private let shared = Shared()

    private final class Shared: Sendable {
        let recording = Mutex(Recording())
        let isClosing = Atomic(false)
        let openConnections = Atomic(0)
        let endedConnections = Atomic(0)
    }

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - upstream: The server.
    ///   - port: Where to listen on 127.0.0.1; 0 is a free port.
    ///   - identity: With what certificate to speak TLS to clients; nil is one made for the moment. SCRAM that is bound to
    ///     TLS works with the server's own certificate alone, since keeping others out is its purpose.
    /// - Throws: ``RecordingError``.
    public init(to upstream: PGAddress, listeningOn port: UInt16 = 0, identity: TLSIdentity? = nil) throws {
        let listener: Int32
        do {
            (listener, self.port) = try Loopback.listen(on: port)
        } catch {
            throw RecordingError("cannot listen on port \(port): \(error)")
        }
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        let identity = try identity ?? .selfSigned()
        let shared = shared
        ServerThread.start {
            Self.run(listener, upstream, identity, shared)
            close(listener)
        }
    }

    deinit {
        shared.isClosing.store(true, ordering: .relaxed)
    }

    /// What was recorded until now.
    public var transcript: Transcript { shared.recording.withLock { $0.transcript } }

    /// How many connections have come and ended.
    public var endedConnections: Int { shared.endedConnections.load(ordering: .acquiring) }

    /// Waits until the connections have ended, for `patience` at most, and returns what was recorded.
    public func finish(within patience: Duration = .seconds(5)) async -> Transcript {
        let deadline = ContinuousClock.now + patience
        while shared.openConnections.load(ordering: .acquiring) > 0, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(2))
        }
        return transcript
    }

    private static func run(_ listener: Int32, _ upstream: PGAddress, _ identity: TLSIdentity, _ shared: Shared) {
        var connections: [RecordedConnection] = []
        var number = 0
        var poller = Poller()
        while !shared.isClosing.load(ordering: .relaxed) {
            poller.watch(listener, Int16(POLLIN))
            for connection in connections { connection.watch(&poller) }
            poller.wait(atMost: connections.contains { $0.hasPending } ? 0 : 100)
            while let client = Poller.accept(listener) {
                let wire = Wire(client)
                shared.openConnections.add(1, ordering: .relaxed)
                guard let server = try? Upstream.connect(to: upstream) else {
                    wire.reset()
                    shared.openConnections.subtract(1, ordering: .releasing)
                    continue
                }
                number += 1
                connections.append(
                    RecordedConnection(number, client: wire, server: Wire(server), identity: identity) { change in
                        shared.recording.withLock { change(&$0) }
                    })
            }
            for index in connections.indices { connections[index].serve() }
            let before = connections.count
            connections.removeAll { $0.isOver }
            shared.endedConnections.add(before - connections.count, ordering: .releasing)
            shared.openConnections.subtract(before - connections.count, ordering: .releasing)
        }
    }
}
