import Foundation
import TestSupport

/// Several server processes on one database, of which each request takes the next.
actor Fleet {
    private let database: String
    private var programs: [ProgramUnderTest] = []
    private var ports: [Int] = []
    private var turn = 0
    private(set) var kills = 0

    /// Starts the processes.
    init(_ count: Int) async throws {
        database = try await TestDatabase.create()
        for _ in 0..<count {
            let program = try ProgramUnderTest.server(database)
            programs.append(program)
            ports.append(try await MCPTestClient(program).port)
        }
    }

    /// The port of the process whose turn it is, be it alive or not.
    func nextPort() -> Int {
        turn += 1
        return ports[turn % ports.count]
    }

    /// Kills one process and starts another in its place.
    func replaceOne() async throws {
        let place = Int.random(in: programs.indices)
        try await programs[place].kill9()
        kills += 1
        let program = try ProgramUnderTest.server(database)
        let port = try await MCPTestClient(program).port
        (programs[place], ports[place]) = (program, port)
    }

    /// How large a run is: what the environment says, else what fits a suite.
    static func size(_ variable: String, else short: Int) -> Int {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? short
    }
}
