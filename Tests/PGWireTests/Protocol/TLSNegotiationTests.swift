import Testing

@testable import PGWire

@Suite("The request for TLS")
struct TLSNegotiationTests {
    private func negotiation(_ mode: SSLMode) throws -> TLSNegotiation {
        try #require(
            TLSNegotiation(
                PGConfiguration(host: .tcp(host: "db", port: 5432), user: "mcp", tls: PGTLSConfiguration(mode: mode))))
    }

    private func answer(_ mode: SSLMode, _ bytes: String) throws -> Result<TLSNegotiation.Outcome?, PGError> {
        let negotiation = try negotiation(mode)
        let bytes = Array(bytes.utf8)
        do throws(PGError) {
            return .success(try negotiation.receive(bytes.rawSpan))
        } catch {
            return .failure(error)
        }
    }

    @Test("is not made when TLS is off, nor on a Unix socket")
    func notNeeded() {
        #expect(
            TLSNegotiation(
                PGConfiguration(host: .tcp(host: "db", port: 1), user: "u", tls: PGTLSConfiguration(mode: .disable))
            ).map {
                $0.start()
            } == nil)
        for mode in SSLMode.allCases {
            #expect(
                TLSNegotiation(PGConfiguration(host: .unix(path: "/s"), user: "u", tls: PGTLSConfiguration(mode: mode)))
                    .map { $0.start() }
                    == nil)
        }
    }

    @Test("sends SSLRequest and waits for one byte")
    func request() throws {
        #expect(try negotiation(.prefer).start() == [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F])
        #expect(try answer(.prefer, "") == .success(nil))
    }

    @Test("goes on encrypted after S", arguments: [SSLMode.prefer, .require, .verifyFull])
    func accepted(mode: SSLMode) throws {
        #expect(try answer(mode, "S") == .success(.encrypted))
    }

    @Test("goes on in plain text after N only where that is allowed")
    func declined() throws {
        #expect(try answer(.prefer, "N") == .success(.plain))
        for mode in [SSLMode.require, .verifyFull] {
            guard case .failure(let error) = try answer(mode, "N") else {
                Issue.record("accepted plain text under \(mode)")
                continue
            }
            #expect(error.code == .tls)
            #expect(error.retry == .pointless)
        }
    }

    @Test("refuses bytes that follow the answer unprotected", arguments: ["SE", "S\0", "NR", "SS"])
    func stuffed(bytes: String) throws {
        guard case .failure(let error) = try answer(.prefer, bytes) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == .protocolViolation)
    }

    @Test("shows nothing of an error that anybody may have sent")
    func unprotectedError() throws {
        guard case .failure(let error) = try answer(.prefer, "E\0\0\0\u{20}Mcall this number\0\0") else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == .connectFailed)
        #expect(error.retry == .safe)
        #expect(!error.message.contains("call this number"))
    }

    @Test("refuses any other answer", arguments: ["HTTP/1.1", "s", "\0", "R"])
    func nonsense(bytes: String) throws {
        guard case .failure(let error) = try answer(.prefer, bytes) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == .protocolViolation)
    }
}
