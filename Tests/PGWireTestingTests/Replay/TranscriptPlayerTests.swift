import Testing

@testable import PGWireTesting

@Suite("The player of a transcript")
struct TranscriptPlayerTests {
    private func player(_ lines: String, mode: ReplayMode = .strict) throws -> TranscriptPlayer {
        TranscriptPlayer(try Transcript(parsing: ReplayTests.head + lines), mode: mode, endPoint: nil)
    }

    private func message(_ text: String) throws -> WireMessage { try WireMessage(parsing: text, from: .client) }

    @Test("takes another statement for a mismatch in either mode, and other blanks in a lenient one")
    func statements() throws {
        for mode in [ReplayMode.strict, .lenient] {
            for (text, isLike) in [("SELECT 1", true), ("SELECT\\n  1", mode == .lenient), ("SELECT 2", false)] {
                var player = try player("1 0.000000 F Query \"SELECT 1\"\n", mode: mode)
                let query = try message("Query \"\(text)\"")
                var mismatch: ReplayMismatch?
                do throws(ReplayMismatch) { try player.receive(query, on: 1) } catch { mismatch = error }
                #expect((mismatch == nil) == isLike, "\(text), \(mode)")
            }
        }
    }

    @Test("shows no password where it shows what came")
    func passwords() throws {
        for text in [#"PasswordMessage "mine""#, #"SASLResponse "mine""#, "Bytes x'706d696e65'"] {
            var player = try player("1 0.000000 F Sync\n")
            let message = try message(text)
            let mismatch = #expect(throws: ReplayMismatch.self) { try player.receive(message, on: 1) }
            #expect(mismatch?.actual.contains("mine") == false && mismatch?.actual.contains("6d69") == false)
            #expect(mismatch?.actual.hasSuffix("…") == true)
        }
    }

    @Test("takes whatever comes behind the end for a mismatch, but a lenient one lets the client leave")
    func beyondTheEnd() throws {
        for mode in [ReplayMode.strict, .lenient] {
            var player = try player("1 0.000000 F Sync\n", mode: mode)
            try player.receive(try message("Sync"), on: 1)
            let (sync, terminate) = (try message("Sync"), try message("Terminate"))
            #expect(throws: ReplayMismatch.self) { try player.receive(sync, on: 1) }
            #expect(throws: ReplayMismatch.self) { try player.receive(sync, on: 2) }
            if mode == .lenient {
                try player.receive(terminate, on: 1)
            } else {
                #expect(throws: ReplayMismatch.self) { try player.receive(terminate, on: 1) }
            }
        }
    }

    @Test("misses what a client that ends did not say, but for its goodbye in a lenient one")
    func ends() throws {
        for (line, mode, isMissed) in [
            ("Sync", ReplayMode.strict, true), ("Sync", .lenient, true), ("Terminate", .strict, true),
            ("Terminate", .lenient, false),
        ] {
            var player = try player("1 0.000000 F \(line)\n", mode: mode)
            var mismatch: ReplayMismatch?
            do throws(ReplayMismatch) { try player.ended(1) } catch { mismatch = error }
            #expect((mismatch != nil) == isMissed, "\(line), \(mode)")
        }
    }

    @Test("leaves it to a client when it flushes, where it is lenient")
    func flushes() throws {
        let lines = "1 0.000000 F Sync\n1 0.000000 F Flush\n1 0.000000 F Sync\n"
        var lenient = try player(lines, mode: .lenient)
        for text in ["Flush", "Sync", "Sync", "Flush"] { try lenient.receive(try message(text), on: 1) }
        #expect(lenient.isComplete)
        var strict = try player(lines)
        let (sync, flush) = (try message("Sync"), try message("Flush"))
        #expect(throws: ReplayMismatch.self) { try strict.receive(flush, on: 1) }
        try strict.receive(sync, on: 1)
        #expect(throws: ReplayMismatch.self) { try strict.receive(sync, on: 1) }
    }
}
