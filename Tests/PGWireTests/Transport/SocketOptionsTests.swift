import CLinux
import Glibc
import PGWireTesting
import TestSupport
import Testing

@testable import PGWire

struct SocketOptionsTests {
    private func connected(_ options: PGTCPConfiguration) throws -> (Socket, ScriptedServer) {
        let server = try ScriptedServer([.receiveToEnd])
        let address = try #require(Resolver.numericAddresses(of: "127.0.0.1", port: server.port)?.first)
        return (try Socket.connecting(to: address, options), server)
    }

    @Test("what the configuration says reaches the socket")
    func options() throws {
        var options = PGTCPConfiguration()
        options.keepAliveIdle = .seconds(11)
        options.keepAliveInterval = .milliseconds(11_500)
        options.keepAliveCount = 13
        options.userTimeout = .milliseconds(14_015)
        let (socket, _) = try connected(options)
        let tcp = CInt(IPPROTO_TCP)
        #expect(try socket.option(SOL_SOCKET, SO_KEEPALIVE) != 0)
        #expect(try socket.option(tcp, TCP_NODELAY) != 0)
        #expect(try socket.option(tcp, TCP_KEEPIDLE) == 11)
        #expect(try socket.option(tcp, TCP_KEEPINTVL) == 12)
        #expect(try socket.option(tcp, TCP_KEEPCNT) == 13)
        #expect(try socket.option(tcp, TCP_USER_TIMEOUT) == 14_015)
    }

    @Test("without keepalives there is no probe, and what is not said stays as the system has it")
    func withoutKeepalives() throws {
        var options = PGTCPConfiguration()
        options.keepsAlive = false
        options.keepAliveCount = 13
        let (socket, _) = try connected(options)
        let (plain, _) = try connected(PGTCPConfiguration())
        let tcp = CInt(IPPROTO_TCP)
        #expect(try socket.option(SOL_SOCKET, SO_KEEPALIVE) == 0)
        #expect(try plain.option(SOL_SOCKET, SO_KEEPALIVE) != 0)
        #expect(try socket.option(tcp, TCP_KEEPCNT) == plain.option(tcp, TCP_KEEPCNT))
        #expect(try plain.option(tcp, TCP_USER_TIMEOUT) == 0)
    }

    @Test("a value that the system refuses fails the attempt rather than be forgotten")
    func refusedValue() throws {
        var options = PGTCPConfiguration()
        options.keepAliveCount = 1_000
        #expect(throws: SystemError.self) { try connected(options) }
    }

    @Test("addresses are written in digits, and a socket's name may be abstract")
    func addresses() throws {
        #expect(Resolver.numericAddresses(of: "127.0.0.1", port: 7)?.first?.numericHost == "127.0.0.1")
        #expect(Resolver.numericAddresses(of: "::1", port: 7)?.first?.numericHost == "::1")
        #expect(Resolver.numericAddresses(of: "localhost", port: 7) == nil)
        #expect(SocketAddress(unixPath: "/tmp/x")?.numericHost == nil)
        let abstract = try #require(SocketAddress(unixPath: "@pgwire"))
        let length = unsafe abstract.withSockAddr { Int($1) }
        #expect(length == 2 + "@pgwire".utf8.count)
        let longest = "@" + String(repeating: "x", count: 106)
        #expect(SocketAddress(unixPath: longest) != nil)
        #expect(SocketAddress(unixPath: longest + "x") == nil)
    }
}
