public import PGWire

/// A server that plays a transcript up to one of its own turns, says something else there, and ends the connection, or
/// falls silent.
///
/// It listens on a Unix socket of Linux's abstract namespace, so that thousands of servers in a row use up no ports; where
/// the client asks for TLS, which it never does on a Unix socket, on 127.0.0.1.
///
/// With a transcript that passes through the states of interest, it says every message in each of them:
///
/// ```swift
/// for turn in HostileServer.turns(of: transcript) {
///     for message in HostileMessage.all {
///         let server = try HostileServer(transcript, turn: turn, says: message)
///         // … connect to server.configuration, and expect an error …
///     }
/// }
/// ```
public final class HostileServer: Sendable {
    /// What follows the message.
    public enum Ending: Sendable {
        /// The server ends the connection in order.
        case close
        /// Nothing: whether and when the client gives up is its own affair.
        case silence
    }

    private let server: ReplayServer

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - transcript: What is played until then.
    ///   - turn: The place in the transcript's entries at which the message is sent, one of ``turns(of:)``.
    ///   - message: What is said there.
    ///   - ending: What follows it.
    ///   - identity: What the server shows where the transcript has TLS; nil makes one for it.
    /// - Throws: Where the system gives no socket or libcrypto no certificate.
    public init(
        _ transcript: Transcript, turn: Int, says message: HostileMessage, then ending: Ending = .close,
        identity: TLSIdentity? = nil
    ) throws {
        var broken = Transcript(header: transcript.header, entries: Array(transcript.entries.prefix(turn)))
        let connection = transcript.entries[turn].connection
        let hostile = WireMessage(malformed: message.bytes, from: .server)
        broken.entries.append(TranscriptEntry(connection: connection, .message(hostile)))
        if ending == .close { broken.entries.append(TranscriptEntry(connection: connection, .closed(.server))) }
        let (listener, address) = try Self.listen(for: transcript)
        server = try ReplayServer(
            broken, mode: .lenient, identity: identity, on: listener, at: address, isHostile: true)
    }

    private static func listen(for transcript: Transcript) throws -> (descriptor: Int32, address: PGAddress) {
        let asksForTLS = transcript.entries.contains { $0.event == .tls || $0.message?.name == "SSLRequest" }
        guard asksForTLS else {
            let (descriptor, path) = try AbstractSocket.listen()
            return (descriptor, .unix(path: path))
        }
        let (descriptor, port) = try Loopback.listen()
        return (descriptor, .tcp(host: "127.0.0.1", port: port))
    }

    /// The places of a transcript at which the server says something, one for each state: where the same kind of message
    /// follows the same one again, as rows and reported settings do, the first place alone.
    public static func turns(of transcript: Transcript) -> [Int] {
        struct State: Hashable {
            let before: String
            let next: String
        }
        var seen: Set<State> = []
        var before: [Int: String] = [:]
        return transcript.entries.indices.filter { index in
            let entry = transcript.entries[index]
            guard case .message(let message) = entry.event else { return false }
            let state = State(before: before[entry.connection] ?? "", next: message.name)
            before[entry.connection] = message.name
            return message.origin == .server && seen.insert(state).inserted
        }
    }

    /// How a client has to be configured to come to the turn; see ``ReplayServer/configuration``.
    public var configuration: PGConfiguration { server.configuration }
}
