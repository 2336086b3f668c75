import Foundation
import PGWire
import PGWireTesting
import Testing

/// Every message of a server in every state of a conversation: a typed error each time, at once, in bounded memory.
///
/// Each state hears every message as it should be, and of its flawed forms one in turn; with `PGWIRE_HOSTILE=all` it hears
/// all of them.
@Suite("A hostile server in every state")
struct HostileStateTests {
    /// Longer than anything takes that does not wait.
    private static let deadline = Duration.seconds(8)

    @Test("of the startup ends in an error", arguments: HostileConversation.startups.map(\.fixture))
    func startup(fixture: String) async throws {
        let conversation = try #require(HostileConversation.startups.first { $0.fixture == fixture })
        try await attack(conversation)
    }

    @Test("of a session ends in an error", arguments: HostileConversation.sessions.map(\.fixture))
    func session(fixture: String) async throws {
        let conversation = try #require(HostileConversation.sessions.first { $0.fixture == fixture })
        try await attack(conversation)
    }

    private func attack(_ conversation: HostileConversation) async throws {
        let transcript = try Transcript(contentsOfFile: conversation.path)
        let isComplete = ProcessInfo.processInfo.environment["PGWIRE_HOSTILE"] == "all"
        let groups = Dictionary(grouping: HostileMessage.all, by: \.name).values
        let before = try Self.residentBytes()
        for (number, turn) in HostileServer.turns(of: transcript).enumerated() {
            for group in groups {
                let sound = group.filter { $0.flaw == .none }
                let flawed = group.filter { $0.flaw != .none }
                for message in sound + (isComplete ? flawed : [flawed[number % flawed.count]]) {
                    try await attack(conversation, transcript, turn, message)
                }
            }
        }
        #expect(try Self.residentBytes() - before < 256 << 20)
    }

    private func attack(
        _ conversation: HostileConversation, _ transcript: Transcript, _ turn: Int, _ message: HostileMessage
    ) async throws {
        let server = try HostileServer(transcript, turn: turn, says: message)
        var configuration = server.configuration
        conversation.configure(&configuration)
        configuration.connectTimeout = Self.deadline
        var options = conversation.options
        options.queryTimeout = Self.deadline
        let start = ContinuousClock.now
        var connection: PGConnection?
        var outcome: (any Error)?
        do {
            let open = try await PGConnection.connect(configuration, options: options)
            connection = open
            // Ends what waits without a deadline of its own, such as for notifications.
            let watchdog = Task {
                try await Task.sleep(for: Self.deadline)
                open.close()
            }
            defer { watchdog.cancel() }
            try await conversation.body(open)
        } catch {
            outcome = error
        }
        let place: Comment = "\(conversation.fixture), \(transcript.entries[turn]): \(message)"
        #expect(ContinuousClock.now - start < Self.deadline, place)
        let error = outcome as? PGError
        // A hostile last word that the client did not have to hear, or one that was due, is no error of its last call.
        if outcome == nil {
            #expect(await closes(try #require(connection)), place)
        } else {
            #expect(error != nil, "\(place) threw \(String(describing: outcome))")
            #expect(error?.code != .timeout, place)
        }
        if var codes = Self.codes(of: message), transcript.entries[turn].message?.name != "EncryptionResponse" {
            // What the server reported before tells more.
            if transcript.entries[turn - 1].message?.name == "ErrorResponse" { codes.insert(.server) }
            #expect(error.map { codes.contains($0.code) } == true, "\(place) threw \(String(describing: outcome))")
        }
        connection?.close()
    }

    /// What a flawed message has to end in, wherever it comes; nil where it may be a sound one of another content.
    private static func codes(of message: HostileMessage) -> Set<PGError.Code>? {
        switch message.flaw {
        case .none, .cut, .length(30_001): nil
        case .length, .count: [.protocolViolation]
        case .short, .long:
            // Their last field is all that the message still has.
            message.name.hasPrefix("Authentication") || ["CopyData", "BackendKeyData"].contains(message.name)
                ? nil : [.protocolViolation, .authentication]
        }
    }

    private func closes(_ connection: PGConnection) async -> Bool {
        let deadline = ContinuousClock.now + Self.deadline
        while !connection.isClosed, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(1))
        }
        return connection.isClosed
    }

    /// What the process has in memory.
    private static func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
    }
}
