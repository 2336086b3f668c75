import Testing

@testable import PostgresSessions

@Suite struct StatementTests {
    @Test(
        "every use of a table in a call's statement is bound to the session's key, and the session to its principal",
        arguments: Statement.calls)
    func sessionKey(_ statement: String) {
        let uses = statement.count(of: "mcp_session")
        #expect(uses > 0)
        #expect(statement.count(of: "session = $1") + statement.count(of: "SELECT $1,") == uses)
        #expect(statement.contains("principal = $2"))
    }

    @Test("opening writes the session's key and principal")
    func opening() {
        #expect(Statement.open.contains("SELECT $1, $2,"))
    }

    @Test("what an instance does for all its sessions carries each session's key too")
    func instances() {
        for alias in ["t", "m", "s"] { #expect(Statement.progress.contains("\(alias).session = w.session")) }
        #expect(Statement.listeners.contains("mcp_sessions s ON s.session = t.session"))
        let uses = Statement.endAbandoned.count(of: "mcp_session")
        #expect(
            Statement.endAbandoned.count(of: "session = $1") + Statement.endAbandoned.count(of: "SELECT $1,") == uses)
    }

    @Test("no statement that changes something notifies")
    func quiet() {
        for statement in [
            Statement.open, Statement.close, Statement.storeValue, Statement.replaceValue, Statement.deleteValue,
            Statement.incrementValue, Statement.clear, Statement.openStream, Statement.append, Statement.endAbandoned,
            Statement.sweep,
        ] {
            #expect(!statement.lowercased().contains("notify"))
        }
    }

    @Test("the sweeper reaches what belongs to a session by the session's key")
    func sweeping() {
        for (table, alias) in [("mcp_session_values", "v"), ("mcp_session_streams", "t")] {
            let uses = Statement.sweep.split(separator: "\(table) \(alias)").dropFirst()
            #expect(uses.count == 2)
            for use in uses {
                #expect(use.contains("\(alias).session = d.session") || use.contains("\(alias).session = s.session"))
            }
        }
    }
}

extension String {
    /// How many times a piece occurs in the text.
    fileprivate func count(of piece: String) -> Int {
        split(separator: piece, omittingEmptySubsequences: false).count - 1
    }
}
