import Glibc
public import PGWire
import Synchronization

/// A server on 127.0.0.1 that plays the server's side of a transcript to a real client, and checks the client's side.
///
/// The first connection plays the first of the transcript, and so on. A client that leaves the transcript gets a FATAL
/// error (08P01) that shows what was expected beside what came, and ``finish(within:)`` throws the same.
///
/// ```swift
/// let server = try ReplayServer(Transcript(contentsOfFile: "Fixtures/orders.transcript"))
/// let connection = try await PGConnection.connect(server.configuration)
/// let orders = try await Orders(connection).all()
/// connection.close()
/// try await server.finish()
/// ```
///
/// It stops when its last user lets go of it.
public final class ReplayServer: Sendable {
    /// The port of 127.0.0.1 that it listens on.
    public var port: UInt16 { if case .tcp(_, let port) = address { port } else { 0 } }
    private let address: PGAddress
    private let transcript: Transcript
    private let shared: Shared

    private final class Shared: Sendable {
        let progress: Mutex<Progress>
        let isClosing = Atomic(false)

        init(_ player: TranscriptPlayer) {
            progress = Mutex(Progress(player: player))
        }
    }

    private struct Progress {
        var player: TranscriptPlayer
        var mismatch: ReplayMismatch?
    }

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - transcript: What to play.
    ///   - mode: How exactly clients have to play along.
    ///   - identity: With what certificate to speak TLS, where the transcript has TLS; nil is one made for the moment.
    /// - Throws: Where the system gives no socket or libcrypto no certificate.
    public convenience init(
        _ transcript: Transcript, mode: ReplayMode = .strict, identity: TLSIdentity? = nil
    ) throws {
        let (listener, port) = try Loopback.listen()
        try self.init(
            transcript, mode: mode, identity: identity, on: listener, at: .tcp(host: "127.0.0.1", port: port),
            isHostile: false)
    }

    /// - Parameters:
    ///   - listener: A socket that listens at `address`; the server closes it.
    ///   - isHostile: Whether a client that leaves the transcript hears nothing of it.
    init(
        _ transcript: Transcript, mode: ReplayMode, identity: TLSIdentity?, on listener: Int32, at address: PGAddress,
        isHostile: Bool
    ) throws {
        self.transcript = transcript
        let usesTLS = transcript.entries.contains { $0.event == .tls }
        let identity = usesTLS ? try identity ?? .selfSigned() : nil
        let shared = Shared(TranscriptPlayer(transcript, mode: mode, endPoint: identity?.context.endPoint))
        self.shared = shared
        self.address = address
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        ServerThread.start {
            Self.run(listener, identity, shared, isHostile: isHostile)
            close(listener)
        }
    }

    deinit {
        shared.isClosing.store(true, ordering: .relaxed)
    }

    /// How a client has to be configured to play its part: the user, the database and the settings of the transcript's
    /// startup, the published password, and TLS where the transcript has it.
    ///
    /// The certificate is not checked (`require`).
    public var configuration: PGConfiguration { transcript.configuration(at: address) }

    /// How the client left the transcript, if it did.
    public var mismatch: ReplayMismatch? { shared.progress.withLock { $0.mismatch } }

    /// Whether all of the transcript has been played.
    public var isComplete: Bool { shared.progress.withLock { $0.player.isComplete } }

    /// Waits until all of the transcript has been played.
    ///
    /// - Throws: ``ReplayMismatch`` where the client left the transcript, or did not come to its end within `patience`.
    public func finish(within patience: Duration = .seconds(5)) async throws(ReplayMismatch) {
        let deadline = ContinuousClock.now + patience
        while true {
            let (mismatch, missing) = shared.progress.withLock { ($0.mismatch, $0.player.missing) }
            if let mismatch { throw mismatch }
            guard let missing else { return }
            guard ContinuousClock.now < deadline else { throw missing }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    private static func run(_ listener: Int32, _ identity: TLSIdentity?, _ shared: Shared, isHostile: Bool) {
        var connections: [ReplayConnection] = []
        var number = 0
        var poller = Poller()
        while !shared.isClosing.load(ordering: .relaxed) {
            poller.watch(listener, Int16(POLLIN))
            for connection in connections { connection.watch(&poller) }
            poller.wait()
            while let client = Poller.accept(listener) {
                number += 1
                connections.append(ReplayConnection(number, Wire(client), identity: identity, isHostile: isHostile))
            }
            shared.progress.withLock { progress in
                // What one connection received can be what another one waited for.
                for _ in 0..<2 {
                    for index in connections.indices {
                        let mismatch = connections[index].serve(&progress.player)
                        progress.mismatch = progress.mismatch ?? mismatch
                    }
                }
            }
            connections.removeAll { $0.isOver }
        }
    }
}
