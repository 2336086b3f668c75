import PGWireTesting

/// What stands between the tests and the server that they share.
enum Front: Sendable {
    case pgBouncer(PgBouncer)
    case proxy(FaultProxy)

    /// How many bytes of what comes in one go are passed on singly.
    private static let single = 4096

    static func make(_ front: ServerUnderTest.Front, before server: PostgresServer) async throws -> Front? {
        switch front {
        case .nothing:
            return nil
        case .pgBouncer(let mode):
            return .pgBouncer(try await PgBouncer.start(before: server, mode: mode))
        case .singleBytes:
            return .proxy(
                try FaultProxy(to: server.ownPort) { _ in FaultPlan(delivery: .singly(limit: Self.single)) })
        }
    }

    var port: UInt16 {
        switch self {
        case .pgBouncer(let pooler): pooler.port
        case .proxy(let proxy): proxy.port
        }
    }
}
