import Glibc
import TestSupport
import Testing

@testable import PGWire

/// The machines and the messages against a real server, by the plainest of sockets.
@Suite("The startup with a real server", .needsServer, .needsDirectConnection)
struct StartupServerTests {
    private func configuration(
        _ server: PostgresServer, _ role: PostgresServer.Role, password: String? = nil, database: String? = nil
    ) throws -> PGConfiguration {
        var configuration = try PGConfiguration(url: server.url(role))
        if let password { configuration.password = password }
        if let database { configuration.database = database }
        return configuration
    }

    @Test(
        "each method of authentication leads to a session that answers",
        arguments: [PostgresServer.Role.trust, .cleartext, .md5, .mcp])
    func methods(role: PostgresServer.Role) async throws {
        let server = try await PostgresServer.shared()
        let wire = try BlockingWire(port: server.port)
        let session = try wire.startUp(try configuration(server, role))
        #expect(session.cancelKey?.secretKey.count == 4)
        #expect(session.parameterStatus["integer_datetimes"] == "on")
        #expect(session.parameterStatus["DateStyle"]?.hasPrefix("ISO") == true)
        #expect(session.parameterStatus["session_authorization"] == role.name)

        var buffer = ByteBuffer()
        try FrontendMessage.parse(
            name: "s", sql: "SELECT $1 + 1, NULL::text", types: [PGType(rawValue: 20)], into: &buffer)
        try FrontendMessage.describe(statement: "s", into: &buffer)
        try FrontendMessage.bind(statement: "s", parameterCount: 1, into: &buffer) { buffer throws(PGError) in
            buffer.append(Int32(8))
            buffer.append(Int64(41))
        }
        try FrontendMessage.execute(into: &buffer)
        try FrontendMessage.close(statement: "s", into: &buffer)
        FrontendMessage.sync(into: &buffer)
        try wire.send(buffer.copyBytes())

        #expect(try wire.message() == .parseComplete)
        #expect(try wire.message() == .parameterDescription([PGType(rawValue: 20)]))
        guard case .rowDescription(let columns) = try wire.message() else {
            Issue.record("no RowDescription")
            return
        }
        #expect(columns.map(\.type) == [PGType(rawValue: 20), PGType(rawValue: 25)])
        #expect(try wire.message() == .bindComplete)
        let (tag, row) = try wire.frame()
        #expect(tag == BackendMessage.Tag.dataRow)
        var lengths: [Int] = []
        try DataRow.forEachCell(in: row.rawSpan, columns: 2) { _, _, length in lengths.append(length) }
        #expect(lengths == [8, -1])
        #expect(Array(row[6..<14]) == [0, 0, 0, 0, 0, 0, 0, 42])
        #expect(try wire.message() == .commandComplete(tag: "SELECT 1"))
        #expect(try wire.message() == .closeComplete)
        #expect(try wire.message() == .readyForQuery(.idle))
    }

    @Test("a wrong password is refused under each method", arguments: [PostgresServer.Role.cleartext, .md5, .mcp])
    func wrongPassword(role: PostgresServer.Role) async throws {
        let server = try await PostgresServer.shared()
        let error = try #require(throws: PGError.self) {
            try BlockingWire(port: server.port).startUp(try configuration(server, role, password: "hunter2hunter2"))
        }
        #expect(error.code == .authentication)
        #expect(error.sqlState == "28P01")
        #expect(error.retry == .pointless)
        #expect(!error.message.contains("hunter2"))
    }

    @Test("a role that may not connect and a database that is not there are told apart")
    func refusals() async throws {
        let server = try await PostgresServer.shared()
        let rejected = try #require(throws: PGError.self) {
            try BlockingWire(port: server.port).startUp(try configuration(server, .rejected))
        }
        #expect(rejected.code == .authentication)
        #expect(rejected.sqlState == "28000")
        let missing = try #require(throws: PGError.self) {
            try BlockingWire(port: server.port).startUp(try configuration(server, .mcp, database: "nowhere"))
        }
        #expect(missing.code == .server)
        #expect(missing.sqlState == "3D000")
    }

    @Test("a server with TLS says so", .needsTLS)
    func tls() async throws {
        let server = try await PostgresServer.shared()
        let wire = try BlockingWire(port: server.port)
        try wire.send(TLSNegotiation.request())
        let answer = try wire.receive(1)
        #expect(try TLSNegotiation.answer(answer.rawSpan) == .accepted)
    }
}

/// A connection to 127.0.0.1 that blocks, for ten seconds at most.
private final class BlockingWire {
    struct Failure: Error { var call: String, code: Int32 }

    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(call: "connect", code: code)
        }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws {
        let sent = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard sent == bytes.count else { throw Failure(call: "send", code: errno) }
    }

    func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = unsafe recv(descriptor, &bytes, count, Int32(MSG_WAITALL))
        guard received == count else { throw Failure(call: "recv", code: errno) }
        return bytes
    }

    func frame() throws -> (tag: UInt8, payload: [UInt8]) {
        let header = try receive(BackendFrame.headerLength)
        guard let frame = try BackendFrame.header(of: header.rawSpan, limit: BackendFrame.startupLimit) else {
            throw Failure(call: "header", code: 0)
        }
        return (frame.tag, frame.payloadLength == 0 ? [] : try receive(frame.payloadLength))
    }

    func message() throws -> BackendMessage {
        let (tag, payload) = try frame()
        return try decode(tag, payload)
    }

    func startUp(_ configuration: PGConfiguration) throws -> SessionParameters {
        var machine = StartupMachine(configuration)
        try send(try machine.start())
        while true {
            var actions = try machine.receive(try message())
            while !actions.isEmpty {
                switch actions.removeFirst() {
                case .send(let bytes): try send(bytes)
                case .derive(let work): actions += try machine.derived(work.saltedPassword())
                case .notice: break
                case .ready(let session): return session
                }
            }
        }
    }
}
