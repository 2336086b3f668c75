import Testing

@testable import PGWire

@Suite("The request for TLS")
struct TLSNegotiationTests {
    private func answer(_ bytes: String) -> Result<TLSNegotiation.Answer?, PGError> {
        let bytes = Array(bytes.utf8)
        do throws(PGError) {
            return .success(try TLSNegotiation.answer(bytes.rawSpan))
        } catch {
            return .failure(error)
        }
    }

    private func refusal(_ bytes: String) -> PGError? {
        if case .failure(let error) = answer(bytes) { error } else { nil }
    }

    @Test("is SSLRequest, and waits for one byte")
    func request() {
        #expect(TLSNegotiation.request() == [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F])
        #expect(answer("") == .success(nil))
    }

    @Test("is accepted or declined")
    func answers() {
        #expect(answer("S") == .success(.accepted))
        #expect(answer("N") == .success(.declined))
    }

    @Test("refuses bytes that follow the answer unprotected", arguments: ["SE", "S\0", "NR", "SS"])
    func stuffed(bytes: String) {
        #expect(refusal(bytes)?.code == .protocolViolation)
    }

    @Test("shows nothing of an error that anybody may have sent")
    func unprotectedError() {
        let error = refusal("E\0\0\0\u{20}Mcall this number\0\0")
        #expect(error?.code == .connectFailed)
        #expect(error?.retry == .safe)
        #expect(error?.message.contains("call this number") == false)
    }

    @Test("refuses any other answer", arguments: ["HTTP/1.1", "s", "\0", "R"])
    func nonsense(bytes: String) {
        #expect(refusal(bytes)?.code == .protocolViolation)
    }
}
