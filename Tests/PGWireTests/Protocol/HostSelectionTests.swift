import Testing

@testable import PGWire

struct HostSelectionTests {
    private func configuration(_ string: String) throws -> PGConfiguration {
        try PGConfiguration(connectionString: "user=u dbname=d " + string)
    }

    private let refused = PGError(.connectFailed, "refused", retry: .safe)
    private let unsuitable = PGError(.connectFailed, "not the kind", retry: .safe)

    @Test("hosts and their addresses are tried in their order, and the error says what happened at each")
    func order() throws {
        var selection = HostSelection(try configuration("host=a,b port=1,2"))
        #expect(selection.start() == .resolve(host: 0))
        #expect(selection.resolved(["::1", "127.0.0.1"]) == .connect(host: 0, address: 0))
        #expect(selection.failed(refused) == .connect(host: 0, address: 1))
        #expect(selection.failed(PGError(.timeout, "late", retry: .safe)) == .resolve(host: 1))
        #expect(selection.resolved(["::2"]) == .connect(host: 1, address: 0))
        let step = selection.failed(PGError(.connectionClosed, "closed", retry: .unknown))
        #expect(
            step
                == .fail(
                    PGError(
                        .connectionClosed,
                        "None of the servers could be used: a:1 (::1): refused; a:1 (127.0.0.1): late; b:2 (::2): closed",
                        retry: .safe, address: "a:1,b:2/d")))
    }

    @Test("one failure alone is told as it is")
    func single() throws {
        var selection = HostSelection(try configuration("host=a"))
        #expect(selection.start() == .resolve(host: 0))
        #expect(selection.resolved(["::1"]) == .connect(host: 0, address: 0))
        #expect(
            selection.failed(refused) == .fail(PGError(.connectFailed, "refused", retry: .safe, address: "a:5432/d")))
        var unix = HostSelection(try configuration("host=/tmp"))
        _ = unix.start()
        #expect(unix.resolved([nil]) == .connect(host: 0, address: 0))
        #expect(
            unix.failed(refused)
                == .fail(PGError(.connectFailed, "refused", retry: .safe, address: "/tmp/.s.PGSQL.5432")))
    }

    @Test("a name that is not known concerns its host alone")
    func unknownName() throws {
        var selection = HostSelection(try configuration("host=a,b"))
        _ = selection.start()
        #expect(selection.failed(PGError(.hostNotFound, "unknown", retry: .pointless)) == .resolve(host: 1))
        #expect(selection.resolved(["::1"]) == .connect(host: 1, address: 0))
    }

    @Test("a server that starts or stops is left for the next host, not for its next address")
    func startingServer() throws {
        var selection = HostSelection(try configuration("host=a,b"))
        _ = selection.start()
        _ = selection.resolved(["::1", "::2"])
        let starting = PGServerError(fields: [0x43: "57P03"])
        #expect(
            selection.failed(PGError(.server, "starting", retry: .safe, server: starting)) == .resolve(host: 1))
    }

    @Test(
        "what would be the same everywhere, or must not be asked elsewhere, ends the search",
        arguments: [
            PGError.Code.authentication, .tls, .protocolViolation, .server, .cancelled, .configuration,
        ])
    func final(code: PGError.Code) throws {
        var selection = HostSelection(try configuration("host=a,b,c"))
        _ = selection.start()
        _ = selection.resolved(["::1", "::2"])
        _ = selection.failed(refused)
        _ = selection.failed(refused)
        _ = selection.resolved(["::3", "::4"])
        let step = selection.failed(PGError(code, "no", retry: .pointless))
        #expect(
            step
                == .fail(
                    PGError(
                        code, "no; before that: a:5432 (::1): refused; a:5432 (::2): refused", retry: .pointless,
                        address: "b:5432/d")))
    }

    @Test("a session of another kind leads to the next host, not to the next address")
    func unsuitableSession() throws {
        var selection = HostSelection(try configuration("host=a,b target_session_attrs=primary"))
        _ = selection.start()
        _ = selection.resolved(["::1", "::2"])
        #expect(selection.judge(["in_hot_standby": "on"]) == .unsuitable("the server is a standby"))
        #expect(selection.refused(unsuitable) == .resolve(host: 1))
        _ = selection.resolved(["::3"])
        #expect(selection.judge(["in_hot_standby": "off"]) == .suitable)
        let closed = PGError(.protocolViolation, "no answer", retry: .pointless)
        guard case .fail = selection.refused(closed) else {
            Issue.record("there is no third host")
            return
        }
    }

    @Test("a task that is cancelled while a server is asked tries no other")
    func cancelledQuestion() throws {
        var selection = HostSelection(try configuration("host=a,b"))
        _ = selection.start()
        _ = selection.resolved(["::1"])
        guard case .fail(let error) = selection.refused(PGError(.cancelled, "cancelled", retry: .safe)) else {
            Issue.record("it goes on")
            return
        }
        #expect(error.code == .cancelled)
    }

    @Test("prefer-standby takes any server in a second round, and no third one follows")
    func preferStandby() throws {
        var selection = HostSelection(try configuration("host=a,b target_session_attrs=prefer-standby"))
        _ = selection.start()
        _ = selection.resolved(["::1"])
        #expect(selection.judge(["in_hot_standby": "off"]) == .unsuitable("the server is not a standby"))
        #expect(selection.judge([:]) == .ask(.isStandby))
        #expect(selection.refused(unsuitable) == .resolve(host: 1))
        _ = selection.resolved(["::2"])
        #expect(selection.failed(refused) == .resolve(host: 0))
        _ = selection.resolved(["::1"])
        #expect(selection.judge(["in_hot_standby": "off"]) == .suitable)
        #expect(selection.judge([:]) == .suitable)
        #expect(selection.failed(refused) == .resolve(host: 1))
        _ = selection.resolved(["::2"])
        guard case .fail(let error) = selection.failed(refused) else {
            Issue.record("a third round")
            return
        }
        // What is the same in both rounds is told once.
        #expect(
            error.message
                == "None of the servers could be used: a:5432 (::1): not the kind; b:5432 (::2): refused; "
                + "a:5432 (::1): refused")
    }

    @Test("load balancing shuffles the hosts and the addresses of each")
    func loadBalancing() throws {
        let string = "host=a,b,c load_balance_hosts=random"
        var selection = HostSelection(try configuration(string)) { Array((0..<$0).reversed()) }
        #expect(selection.start() == .resolve(host: 2))
        #expect(selection.resolved(["::1", "::2"]) == .connect(host: 2, address: 1))
        #expect(selection.failed(refused) == .connect(host: 2, address: 0))
        #expect(selection.failed(refused) == .resolve(host: 1))
        let configuration = try configuration(string)
        let first = Set((0..<200).map { _ in "\(Self.started(configuration))" })
        #expect(first.count == 3)
        var ordered = HostSelection(try self.configuration("host=a,b,c")) { Array((0..<$0).reversed()) }
        #expect(ordered.start() == .resolve(host: 0))
    }

    private static func started(_ configuration: PGConfiguration) -> HostSelection.Step {
        var selection = HostSelection(configuration)
        return selection.start()
    }

    @Test("however many addresses there are, the search ends and its error stays short")
    func bounds() throws {
        let hosts = (0..<128).map { "h\($0)" }.joined(separator: ",")
        var selection = HostSelection(try configuration("target_session_attrs=prefer-standby host=\(hosts)"))
        var step = selection.start()
        var steps = 0
        while steps < 100_000 {
            steps += 1
            switch step {
            case .resolve: step = selection.resolved((0..<8).map { "10.0.0.\($0)" })
            case .connect: step = selection.failed(refused)
            case .fail(let error):
                #expect(steps == 2 * 128 * 9 + 1)
                #expect(error.message.utf8.count < 5_000)
                #expect(error.message.hasSuffix("; and 1008 more"))
                return
            }
        }
        Issue.record("no end")
    }
}
