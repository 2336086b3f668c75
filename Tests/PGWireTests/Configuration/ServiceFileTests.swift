import Testing

@testable import PGWire

struct ServiceFileTests {
    private func parameters(_ file: String, _ service: String = "s") throws -> [String: String]? {
        try ServiceFile(Array(file.utf8)).parameters(of: service).map { list in
            Dictionary(list.map { ($0.0.rawValue, $0.1) }) { first, _ in first }
        }
    }

    @Test("a service's lines are its keywords, up to the next service")
    func lines() throws {
        let file = """
            host=before
            [other]
            host=o
            [s]
            # a comment
              host=a b

            password=x=y
            \tport=7\t
            [t]
            host=t
            [s]
            user=late
            """
        #expect(try parameters(file) == ["host": "a b", "password": "x=y", "port": "7"])
        #expect(try parameters(file, "t") == ["host": "t"])
        #expect(try parameters(file, "other") == ["host": "o"])
        #expect(try parameters(file, "none") == nil)
        #expect(try parameters("[s]") == [:])
        #expect(try parameters("") == nil)
    }

    @Test(
        "a line that is none is refused, and not quoted",
        arguments: [
            ("hunter2", "without a ="), ("host =hunter2", "no word"), ("nonsense=hunter2", "nonsense"),
            ("service=hunter2", "another service"), ("ldap://hunter2", "LDAP"), ("sslcompression=1", "sslcompression"),
            ("password=hunter2\0", "zero byte"),
        ])
    func refusals(line: String, reason: String) {
        let error = #expect(throws: PGError.self) { try parameters("[s]\n\(line)\n") }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("hunter2") == false)
        #expect((try? parameters("[x]\n\(line)\n[s]\nhost=h")) == ["host": "h"])
    }

    @Test("the file that PGSERVICEFILE names, the one at home and the system's are looked through in this order")
    func places() throws {
        let folder = try TemporaryFolder()
        try folder.write("[s]\nhost=home\n[h]\nhost=home", to: ".pg_service.conf")
        try folder.write("[s]\nhost=system\n[y]\nhost=system", to: "pg_service.conf")
        let named = try folder.write("[s]\nhost=named", to: "named")
        func host(_ service: String, _ environment: [String: String]) throws -> PGAddress {
            try PGConfiguration(connectionString: "user=u service=\(service)", environment: environment).host
        }
        let home = ["HOME": folder.path]
        let system = home.merging(["PGSYSCONFDIR": folder.path]) { $1 }
        let all = system.merging(["PGSERVICEFILE": named]) { $1 }
        #expect(try host("s", home) == .tcp(host: "home", port: 5432))
        #expect(try host("s", system) == .tcp(host: "home", port: 5432))
        #expect(try host("y", system) == .tcp(host: "system", port: 5432))
        #expect(try host("s", all) == .tcp(host: "named", port: 5432))
        #expect(try host("y", all) == .tcp(host: "system", port: 5432))
        #expect(try host("s", ["PGSYSCONFDIR": folder.path]) == .tcp(host: "system", port: 5432))
        for (service, environment) in [("h", all), ("none", home), ("s", [:])] {
            let error = #expect(throws: PGError.self) { try host(service, environment) }
            #expect(error?.message.contains("“\(service)”") == true)
        }
        let missing = #expect(throws: PGError.self) { try host("s", ["PGSERVICEFILE": "/no/such/file"]) }
        #expect(missing?.message.contains("/no/such/file") == true)
    }

    @Test("no change of one byte makes the parser trap")
    func mutations() {
        let file = Array("# c\n[s]\nhost=a,b\nport=1\n\n[t]\nuser=u".utf8)
        var found = 0
        for index in file.indices {
            for byte in "\0[]=#\n ".utf8 {
                var changed = file
                changed[index] = byte
                if (try? ServiceFile(changed).parameters(of: "s")) != nil { found += 1 }
            }
        }
        #expect(found > 0)
    }
}
