import Testing

@testable import MCP

@Suite("Request state")
struct RequestStateTests {
    private let key = [UInt8](repeating: 7, count: 32)
    private let now = Timestamp(microseconds: 1_000_000_000)

    private func request(_ arguments: JSONValue, method: String = "tools/call") -> JSONRPCRequest {
        JSONRPCRequest(
            id: RequestID(1), method: method,
            params: ["name": "t", "arguments": arguments, "_meta": ["progressToken": 1], "inputResponses": [:]])
    }

    private func sealed() -> String {
        var state = RequestState(request(["a": 1, "b": 2]), of: .anonymous)
        state.answers = ["q": ["action": "accept"]]
        state.remembered = ["r": 5]
        return state.sealed(with: key, now: now)
    }

    @Test("what was sealed is opened for the same principal and request, whatever the order of its members")
    func opens() throws {
        var state = RequestState(request(["b": 2, "a": 1]), of: .anonymous)
        try state.open(sealed(), with: key, now: now.advanced(by: .seconds(3599)))
        #expect(state.answers == ["q": ["action": "accept"]])
        #expect(state.remembered == ["r": 5])
    }

    @Test("another principal, request, key or hour is refused")
    func refuses() throws {
        let text = sealed()
        let later = now.advanced(by: .seconds(3600))
        let other = [UInt8](repeating: 8, count: 32)
        for (request, principal, key, now) in [
            (request(["a": 1, "b": 2]), Principal(name: "eve"), key, now),
            (request(["a": 1, "b": 3]), .anonymous, key, now),
            (request(["a": 1, "b": 2], method: "prompts/get"), .anonymous, key, now),
            (request(["a": 1, "b": 2]), .anonymous, other, now),
            (request(["a": 1, "b": 2]), .anonymous, key, later),
        ] {
            var state = RequestState(request, of: principal)
            let error = #expect(throws: JSONRPCError.self) { try state.open(text, with: key, now: now) }
            #expect(error?.code == .invalidParams)
            #expect(state.answers.isEmpty)
        }
    }

    @Test("no character of it can be changed")
    func tampering() throws {
        let text = Array(sealed().utf8)
        for index in text.indices {
            var changed = text
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            var state = RequestState(request(["a": 1, "b": 2]), of: .anonymous)
            #expect(throws: JSONRPCError.self) {
                try state.open(String(decoding: changed, as: UTF8.self), with: key, now: now)
            }
        }
    }
}
