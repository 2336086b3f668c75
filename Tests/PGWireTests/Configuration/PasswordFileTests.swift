import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PGWire

struct PasswordFileTests {
    private func password(
        _ file: String, host: PGAddress = .tcp(host: "h", port: 5432), database: String = "d", user: String = "u"
    ) -> String? {
        PasswordFile(Array(file.utf8)).password(
            for: PasswordFile.Login(host: host, database: database, user: user))
    }

    @Test(
        "the first line that fits counts",
        arguments: [
            ("h:5432:d:u:p", "p"), ("*:*:*:*:p", "p"), ("h:*:d:*:p\n", "p"), ("h:5432:d:u:p\r\n", "p"),
            ("x:5432:d:u:no\nh:5432:d:u:p", "p"), ("h:5432:d:u:p\nh:5432:d:u:q", "p"),
            ("\n\n#h:5432:d:u:no\nh:5432:d:u:p", "p"),
            (#"h:5432:d:u:a\:b"#, "a:b"), (#"h:5432:d:u:a\\b"#, #"a\b"#), ("h:5432:d:u:p:rest", "p"),
            (#"h:5432:d:u:p\"#, #"p\"#), (#"\h:5432:d:u:p"#, "p"), ("h:5432:d:u: p ", " p "),
        ])
    func lines(file: String, expected: String) {
        #expect(password(file) == expected)
    }

    @Test(
        "what does not fit has no password",
        arguments: [
            "", "\n", "h", "h:", "h:5432:d:u", "h:5432:d:u:", "h:5433:d:u:p", "H:5432:d:u:p", "h:5432:d:v:p",
            "hh:5432:d:u:p",
            "h:5432:dd:u:p", ":5432:d:u:p", "h:5432::u:p", "**:5432:d:u:p", "h*:5432:d:u:p", "*", "*:*:*:*",
            "h:5432:d:u:\nh:*:*:*:p",
            "h :5432:d:u:p", #"h\:5432:d:u:p"#, "\\",
        ])
    func misfits(file: String) {
        #expect(password(file) == nil)
    }

    @Test("names with colons and backslashes are escaped")
    func escapes() {
        #expect(
            password(#"\:\:1:5432:d\\e:u\:v:p"#, host: .tcp(host: "::1", port: 5432), database: #"d\e"#, user: "u:v")
                == "p")
        #expect(password("::1:5432:d:u:p", host: .tcp(host: "::1", port: 5432)) == nil)
        #expect(password("*:5432:*:u:p", host: .tcp(host: "*", port: 5432), database: "*") == "p")
    }

    @Test("a Unix socket goes by its folder, and the usual one by localhost")
    func unixSockets() {
        #expect(password("/tmp/x:7:d:u:p", host: .unix(directory: "/tmp/x", port: 7)) == "p")
        #expect(password("localhost:7:d:u:p", host: .unix(directory: "/tmp/x", port: 7)) == nil)
        #expect(password("localhost:5432:d:u:p", host: .unix(directory: "/var/run/postgresql")) == "p")
        #expect(password("@x:5432:d:u:p", host: .unix(directory: "@x")) == "p")
        #expect(password("*:5432:d:u:p", host: .unix(path: "plain")) == "p")
    }

    @Test("a password that is no UTF-8 is none")
    func notUTF8() {
        let login = PasswordFile.Login(host: .tcp(host: "h", port: 1), database: "d", user: "u")
        #expect(PasswordFile(Array("*:*:*:*:".utf8) + [0xFF]).password(for: login) == nil)
    }

    // MARK: In a configuration

    /// What was logged at warning level.
    private final class Warnings: LogHandler {
        let lines = Mutex<[String]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .trace }
            set {}
        }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }
        func log(event: LogEvent) {
            if event.level == .warning { lines.withLock { $0.append("\(event.message)") } }
        }
    }

    private func read(
        _ string: String, _ environment: [String: String] = [:]
    ) throws -> (configuration: PGConfiguration, warnings: [String]) {
        let warnings = Warnings()
        let logger = Logger(label: "test") { _ in warnings }
        let configuration = try PGConfiguration(connectionString: string, environment: environment)
            .withPasswordsOfFile(logger)
        return (configuration, warnings.lines.withLock { $0 })
    }

    @Test("each host has a password of its own, from the file in the home folder")
    func hosts() throws {
        let folder = try TemporaryFolder()
        try folder.write("a:1:d:u:pa\nb:*:*:*:pb\n", to: ".pgpass")
        let (configuration, warnings) = try read("host=a,b,c port=1 user=u dbname=d", ["HOME": folder.path])
        #expect(configuration.hosts.map(\.password) == ["pa", "pb", nil])
        #expect(configuration.password == nil)
        #expect(configuration.selecting(configuration.hosts[1]).password == "pb")
        #expect(warnings.isEmpty)
    }

    @Test("the file is read at each connection, and what it says then counts", .needsServer, .needsDirectConnection)
    func eachConnection() async throws {
        let server = try await PostgresServer.shared()
        let folder = try TemporaryFolder()
        let line = "127.0.0.1:\(server.port):mcp:mcp:"
        let path = try folder.write("\(line)wrong", to: "passwords")
        let string =
            "host=no-such-host.invalid,127.0.0.1 port=1,\(server.port) dbname=mcp user=mcp sslmode=disable "
            + "passfile=\(path)"
        let configuration = try PGConfiguration(connectionString: string)
        #expect(configuration.passwordFile == path)
        #expect(configuration.hosts.map(\.password) == [nil, nil])
        func refusal() async -> PGError? {
            await failure { () async throws(PGError) in
                try await PGConnection.connect(configuration).close()
            }
        }
        #expect(await refusal()?.sqlState == "28P01")
        // The file's line is for the address that is dialled, not for that of another host of the list.
        try folder.write("no-such-host.invalid:1:mcp:mcp:wrong\n\(line)mcp_pass", to: "passwords")
        #expect(await refusal() == nil)
        let pool = PGPool(configuration)
        #expect(try await pool.query("SELECT 1").decode(as: Int32.self) == [1])
        try folder.write("\(line)mcp_pass", to: "passwords", mode: 0o644)
        #expect(await refusal()?.code == .authentication)
        await pool.close()
    }

    @Test("the file that is named counts, in the string before the environment")
    func paths() throws {
        let folder = try TemporaryFolder()
        try folder.write("*:*:*:*:home", to: ".pgpass")
        let variable = try folder.write("*:*:*:*:variable", to: "variable")
        let keyword = try folder.write("*:*:*:*:keyword", to: "keyword")
        let home = ["HOME": folder.path]
        let both = ["HOME": folder.path, "PGPASSFILE": variable]
        #expect(try read("user=u", home).configuration.hosts[0].password == "home")
        #expect(try read("user=u", both).configuration.hosts[0].password == "variable")
        #expect(try read("user=u passfile=\(keyword)", both).configuration.hosts[0].password == "keyword")
        #expect(try read("user=u passfile=\(keyword)").configuration.hosts[0].password == "keyword")
        #expect(try read("user=u").configuration.hosts[0].password == nil)
    }

    @Test("a password that is given leaves the file alone")
    func givenPassword() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("*:*:*:*:file", to: "open", mode: 0o644)
        for (string, environment) in [("user=u password=p", [:]), ("user=u", ["PGPASSWORD": "p"])] {
            let (configuration, warnings) = try read("\(string) passfile=\(path)", environment)
            #expect(configuration.password == "p")
            #expect(configuration.hosts[0].password == nil)
            #expect(warnings.isEmpty)
        }
    }

    @Test("a file that others may read is not used, and said so", arguments: [0o640, 0o604, 0o620, 0o601])
    func permissions(mode: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("*:*:*:*:hunter2", to: "passwords", mode: mode)
        let (configuration, warnings) = try read("user=u passfile=\(path)")
        #expect(configuration.hosts[0].password == nil)
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains(path) == true && warnings.first?.contains("hunter2") == false)
    }

    @Test("a folder, a pipe and what is too large are not used; what is not there is no matter")
    func strangeFiles() throws {
        let folder = try TemporaryFolder()
        let pipe = "\(folder.path)/pipe"
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        let large = try folder.write(String(repeating: "\n", count: (1 << 20) + 1), to: "large")
        for path in [folder.path, pipe, large] {
            let (configuration, warnings) = try read("user=u passfile=\(path)")
            #expect(configuration.hosts[0].password == nil)
            #expect(warnings.count == 1, "\(path)")
        }
        #expect(try read("user=u passfile=\(folder.path)/none").warnings.isEmpty)
    }

    @Test("a zero byte in a password is refused")
    func zeroByte() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("*:*:*:*:a\0b", to: "passwords")
        let (configuration, warnings) = try read("user=u passfile=\(path)")
        #expect(configuration.hosts[0].password == nil)
        #expect(warnings.count == 1)
    }
}
