#if Servers
import Logging
import MCP
import MCPHTTP

struct Roll: JSONStructure {
    @Field("How many dice to roll.", in: 1...100) var dice = 1
    @Field("How many sides each has.", in: 2...1000) var sides = 6
}

struct Total: JSONStructure {
    @Field("What the dice show together.") var total = 0
}

@main
enum Dice {
    static func main() async throws {
        let server = try MCPServer(name: "dice", version: "1.0") {
            Tool("roll", "Rolls dice and adds them up.", input: Roll.self) { roll, _ in
                Total(total: (0..<roll.dice).reduce(0) { sum, _ in sum + Int.random(in: 1...roll.sides) })
            }
        }
        try await HTTPServer(server, sessions: InMemorySessionStore(), logger: Logger(label: "dice")).run()
    }
}
#else
@main
enum Dice {
    static func main() { fatalError("dice-server was built without the package's trait Servers") }
}
#endif
