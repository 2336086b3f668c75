import PGWire
import Testing

struct ConnectionURLTests {
    @Test("every part of a URL arrives, percent escapes resolved")
    func parts() throws {
        let configuration = try PGConfiguration(
            url: "postgresql://us%40er:p%3A%2F%3F%23%5B%5D%40%25+w@db.example:6432/da%2Fta?sslmode=verify-full"
                + "&sslrootcert=%2Fca.pem&application_name=a%26b&connect_timeout=7&options=-c%20geqo%3Doff")
        #expect(configuration.user == "us@er")
        #expect(configuration.password == "p:/?#[]@%+w")
        #expect(configuration.host == .tcp(host: "db.example", port: 6432))
        #expect(configuration.database == "da/ta")
        #expect(configuration.tls.mode == .verifyFull)
        #expect(configuration.tls.rootCertificate == "/ca.pem")
        #expect(configuration.applicationName == "a&b")
        #expect(configuration.connectTimeout == .seconds(7))
        #expect(configuration.options == "-c geqo=off")
    }

    @Test("what a URL leaves out has a default")
    func defaults() throws {
        let configuration = try PGConfiguration(url: "postgres://mcp@")
        #expect(configuration.host == .tcp(host: "localhost", port: 5432))
        #expect(configuration.user == "mcp")
        #expect(configuration.password == nil)
        #expect(configuration.database == "mcp")
        #expect(configuration.tls.mode == .prefer)
        #expect(configuration.tls.rootCertificate == nil)
        #expect(configuration.applicationName == nil)
        #expect(configuration.connectTimeout == .seconds(10))
        #expect(configuration.options == nil)
    }

    @Test("the user defaults to the operating system's, the database to the user")
    func operatingSystemUser() throws {
        let configuration = try PGConfiguration(url: "postgres://")
        #expect(!configuration.user.isEmpty)
        #expect(configuration.database == configuration.user)
    }

    @Test(
        "hosts in all their forms",
        arguments: [
            ("postgres://u@127.0.0.1/d", PGAddress.tcp(host: "127.0.0.1", port: 5432)),
            ("postgres://u@h:1/d", .tcp(host: "h", port: 1)),
            ("postgres://u@h:65535/d", .tcp(host: "h", port: 65535)),
            ("postgres://u@h:/d", .tcp(host: "h", port: 5432)),
            ("postgres://h:5433", .tcp(host: "h", port: 5433)),
            ("postgres://u@[::1]/d", .tcp(host: "::1", port: 5432)),
            ("postgres://u@[2001:db8::1]:5433/d", .tcp(host: "2001:db8::1", port: 5433)),
            ("postgres://u@[::ffff:127.0.0.1]/d", .tcp(host: "::ffff:127.0.0.1", port: 5432)),
            ("postgres://u@[fe80::1%25eth0]/d", .tcp(host: "fe80::1%eth0", port: 5432)),
            ("postgres:///d?host=::1", .tcp(host: "::1", port: 5432)),
            ("postgres://u@h/d?host=other&port=99", .tcp(host: "other", port: 99)),
            ("postgres://u@h:1/d?host=&port=", .tcp(host: "localhost", port: 5432)),
            ("postgres://u@h/d?p%6Frt=7&", .tcp(host: "h", port: 7)),
            ("postgres://u@h/d?port=1&port=2", .tcp(host: "h", port: 2)),
            ("postgres://u@h/d?port=%207%20", .tcp(host: "h", port: 7)),
            ("postgres://u@%40name/d", .unix(path: "@name/.s.PGSQL.5432")),
            ("postgres://u@[::1]:/d", .tcp(host: "::1", port: 5432)),
            ("postgres://", .tcp(host: "localhost", port: 5432)),
            ("postgres:///", .tcp(host: "localhost", port: 5432)),
            ("postgres://u@:7/d", .tcp(host: "localhost", port: 7)),
            ("postgres://u@%2Fvar%2Frun%2Fpostgresql/d", .unix(path: "/var/run/postgresql/.s.PGSQL.5432")),
            ("postgres://u@%2Ftmp:6000/d", .unix(path: "/tmp/.s.PGSQL.6000")),
            ("postgres:///d?host=/tmp/", .unix(path: "/tmp/.s.PGSQL.5432")),
            ("postgres://u@/d?host=%2Ftmp&port=7", .unix(path: "/tmp/.s.PGSQL.7")),
        ])
    func hosts(url: String, address: PGAddress) throws {
        let configuration = try PGConfiguration(url: url)
        #expect(configuration.host == address)
        #expect(configuration.hosts.count == 1)
    }

    @Test(
        "several hosts, each with its port or one port for all",
        arguments: [
            ("postgres://u@a,b/d", [PGAddress.tcp(host: "a", port: 5432), .tcp(host: "b", port: 5432)]),
            ("postgres://u@a:1,b:2/d", [.tcp(host: "a", port: 1), .tcp(host: "b", port: 2)]),
            ("postgres://u@a,b:2/d", [.tcp(host: "a", port: 5432), .tcp(host: "b", port: 2)]),
            ("postgres://u@a:1,b:2/d?port=3", [.tcp(host: "a", port: 3), .tcp(host: "b", port: 3)]),
            ("postgres://u@[::1]:1,[::2]/d", [.tcp(host: "::1", port: 1), .tcp(host: "::2", port: 5432)]),
            ("postgres://u@%2Ftmp:1,b:2/d", [.unix(path: "/tmp/.s.PGSQL.1"), .tcp(host: "b", port: 2)]),
            ("postgres://u@,b/d", [.tcp(host: "localhost", port: 5432), .tcp(host: "b", port: 5432)]),
            ("postgres://u@a%2Cb/d", [.tcp(host: "a", port: 5432), .tcp(host: "b", port: 5432)]),
            ("postgres://u@/d?host=a,b&port=1,2", [.tcp(host: "a", port: 1), .tcp(host: "b", port: 2)]),
        ])
    func severalHosts(url: String, addresses: [PGAddress]) throws {
        #expect(try PGConfiguration(url: url).hosts == addresses.map { PGHost($0) })
    }

    @Test("what JDBC writes for TLS is understood, and nothing weaker")
    func jdbc() throws {
        #expect(try PGConfiguration(url: "postgres://u@h/d?ssl=true").tls.mode == .require)
        #expect(throws: PGError.self) { try PGConfiguration(url: "postgres://u@h/d?ssl=false") }
    }

    @Test("keywords win over what stands earlier in the URL")
    func keywords() throws {
        let configuration = try PGConfiguration(url: "postgres://a:b@h/c?user=d&password=e&dbname=f")
        #expect(configuration.user == "d")
        #expect(configuration.password == "e")
        #expect(configuration.database == "f")
    }

    @Test(
        "each sslmode there is, by libpq's name",
        arguments: [
            ("disable", SSLMode.disable), ("allow", .allow), ("prefer", .prefer), ("require", .require),
            ("verify-ca", .verifyCA), ("verify-full", .verifyFull),
        ])
    func modes(name: String, mode: SSLMode) throws {
        #expect(try PGConfiguration(url: "postgres://u@h/d?sslmode=\(name)").tls.mode == mode)
    }

    @Test(
        "every wait has a bound, also where libpq has none",
        arguments: [
            ("1", 1), ("3600", 3600), ("3601", 3600), ("0", 3600), ("-1", 3600), ("2147483647", 3600),
            ("-2147483648", 3600), ("%207%20", 7),
        ])
    func timeouts(value: String, seconds: Int) throws {
        let configuration = try PGConfiguration(url: "postgres://u@h/d?connect_timeout=\(value)")
        #expect(configuration.connectTimeout == .seconds(seconds))
    }

    @Test(
        "a URL that is wrong says in what, and quotes nothing of it",
        arguments: [
            ("", "begins with neither"),
            ("host=h password=hunter2", "begins with neither"),
            ("http://u:hunter2@h/d", "begins with neither"),
            ("postgres:/u:hunter2@h", "begins with neither"),
            ("postgres://u:hunter2%@h", "hexadecimal"),
            ("postgres://u:hunter2%4@h", "hexadecimal"),
            ("postgres://u:hunter2%4g@h", "hexadecimal"),
            ("postgres://u:hunter2%00@h", "zero byte"),
            ("postgres://u:hunter2\0@h", "zero byte"),
            ("postgres://u%00:hunter2@h", "zero byte"),
            ("postgres://u:hunter2@h/d%00", "zero byte"),
            ("postgres://u:hunter2@h/?options=%00", "zero byte"),
            ("postgres://u:hunter2%FF@h", "UTF-8"),
            ("postgres://u:hunter2%C0%80@h", "UTF-8"),
            ("postgres://u:hunter2#x@h/d", "%23"),
            ("postgres://u:hun@ter2@h/d", "%40"),
            ("postgres://u:1/hunter2@h/d", "%2F"),
            ("postgres://u:1?hunter2@h/d", "%2F"),
            ("postgres://u:1?hunter2=x@h/d", "%2F"),
            ("postgres://u:hunter2@h:0/d", "port"),
            ("postgres://u:hunter2@h:65536/d", "port"),
            ("postgres://u:hunter2@h:-1/d", "port"),
            ("postgres://u:hunter2@h:+5432/d", "port"),
            ("postgres://u:hunter2@h:5432x/d", "port"),
            ("postgres://u:hunter2@h:99999999999999999999/d", "port"),
            ("postgres://u:hunter2@h:1:2/d", "brackets"),
            ("postgres://u:hunter2@::1/d", "brackets"),
            ("postgres://u:hunter2@[::1/d", "without a ]"),
            ("postgres://u:hunter2@[]/d", "brackets"),
            ("postgres://u:hunter2@[h]/d", "brackets"),
            ("postgres://u:hunter2@[::1]x/d", "follows"),
            ("postgres://u:hunter2@[::g]/d", "IPv6"),
            ("postgres://u:hunter2@h/d?port=1,2", "2 ports do not match 1 hosts"),
            ("postgres://u:hunter2@a:1,b,c/d?port=1,2", "2 ports do not match 3 hosts"),
            ("postgres://u:hunter2@a,h%20g/d", "character"),
            ("postgres://u:hunter2@h/d?&port=1", "without a value"),
            ("postgres://u:hunter2@h/d?port=1&&user=x", "without a value"),
            ("postgres://u:hunter2@h%20g/d", "character"),
            ("postgres://u:hunter2@h%0Ag/d", "character"),
            ("postgres://u:hunter2@h%C3%A9/d", "character"),
            ("postgres://u:hunter2@h%25g/d", "%"),
            ("postgres://u:hunter2@h/d?sslmode=VERIFY-FULL", "none of disable"),
            ("postgres://u:hunter2@h/d?connect_timeout=1.5", "connect_timeout"),
            ("postgres://u:hunter2@h/d?connect_timeout=2147483648", "connect_timeout"),
            ("postgres://u:hunter2@h/d?connect_timeout=", "connect_timeout"),
            ("postgres://u:hunter2@h/d?sslmode=", "none of disable"),
            ("postgres://u:hunter2@h/d?gssencmode=require", "gssencmode=require"),
            ("postgres://u:hunter2@h/d?statement_timeout=", "statement_timeout"),
            ("postgres://u:hunter2@h/d?SSLMODE=require", "SSLMODE"),
            ("postgres://u:hunter2@h/d?=x", "no word"),
            ("postgres://u:hunter2@h/d?sslmode", "without a value"),
            ("postgres://u:hunter2@h/d?options=a=b", "%3D"),
        ])
    func refusals(url: String, reason: String) {
        let error = #expect(throws: PGError.self) { try PGConfiguration(url: url) }
        #expect(error?.code == .configuration)
        #expect(error?.retry == .pointless)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        var text = "\(String(describing: error))"
        dump(error, to: &text)
        #expect(!text.contains("hunter2") && !text.contains("ter2"))
    }

    @Test("a URL has a length that no one needs to exceed")
    func length() throws {
        let password = String(repeating: "x", count: 60_000)
        #expect(try PGConfiguration(url: "postgres://u:\(password)@h/d").password == password)
        #expect(throws: PGError.self) { try PGConfiguration(url: "postgres://u:\(password)\(password)@h/d") }
    }

    @Test("a socket's path is refused where the system would cut it off")
    func longSocketPath() throws {
        let room = 107 - "/.s.PGSQL.5432".utf8.count
        let longest = "/" + String(repeating: "d", count: room - 1)
        #expect(try PGConfiguration(url: "postgres://u@/d?host=\(longest)").host == .unix(directory: longest))
        #expect(throws: PGError.self) { try PGConfiguration(url: "postgres://u@/d?host=\(longest)d") }
    }

    @Test("no beginning of a URL, and no change of one byte, makes the parser trap")
    func mutations() {
        let url = Array("postgres://u%20:p%40@[::1]:5432/d?host=h&port=1&sslmode=require&connect_timeout=1".utf8)
        var accepted = 0
        for length in 0...url.count {
            accepted += (try? PGConfiguration(url: String(decoding: url[..<length], as: UTF8.self))) == nil ? 0 : 1
        }
        for index in url.indices {
            for byte in "\0%:@/?#[]=&,+ 0g".utf8 {
                var changed = url
                changed[index] = byte
                accepted += (try? PGConfiguration(url: String(decoding: changed, as: UTF8.self))) == nil ? 0 : 1
            }
        }
        #expect(accepted > 0)
    }
}
