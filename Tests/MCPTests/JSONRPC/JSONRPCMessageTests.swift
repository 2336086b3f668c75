import MCP
import Testing

@Suite("JSON-RPC messages")
struct JSONRPCMessageTests {
    @Test(
        "an id comes back as it was written",
        arguments: ["1", "0", "-7", "12345678901234567890123", "1.0", #""a""#, #""""#, #""\u0000é""#, #""1""#])
    func idRoundTrip(id: String) throws {
        let value = try JSONValue(parsing: #"{"jsonrpc":"2.0","id":\#(id),"method":"m"}"#)
        guard case .request(let request) = try JSONRPCMessage(value) else {
            Issue.record("no request")
            return
        }
        let expected = try JSONValue(parsing: id).description
        #expect(JSONRPCResponse(id: request.id, result: [:]).jsonValue["id"]?.description == expected)
    }

    @Test(
        "what is no id is refused",
        arguments: ["null", "1.5", "true", "[]", "{}", "1e-1", #"""# + String(repeating: "x", count: 1025) + #"""#])
    func badID(id: String) throws {
        let value = try JSONValue(parsing: #"{"jsonrpc":"2.0","id":\#(id),"method":"m"}"#)
        #expect(throws: JSONRPCMessage.Malformed.self) { try JSONRPCMessage(value) }
    }

    @Test(
        "what is no message is refused with -32600",
        arguments: [
            "1", "null", "[]", "{}", #"{"jsonrpc":"2.0"}"#, #"{"jsonrpc":"1.0","id":1,"method":"m"}"#,
            #"{"jsonrpc":2.0,"id":1,"method":"m"}"#, #"{"id":1,"method":"m"}"#,
            #"{"jsonrpc":"2.0","id":1,"method":5}"#, #"{"jsonrpc":"2.0","id":1,"method":"m","params":[1]}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":"x"}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","result":{}}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"m"}}"#,
            #"{"jsonrpc":"2.0","result":{}}"#, #"{"jsonrpc":"2.0","id":1,"result":5}"#,
            #"{"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"m"}}"#, #"{"jsonrpc":"2.0","id":1,"error":1}"#,
        ])
    func malformed(text: String) throws {
        let value = try JSONValue(parsing: text)
        do throws(JSONRPCMessage.Malformed) {
            _ = try JSONRPCMessage(value)
            Issue.record("it was taken")
        } catch {
            #expect(error.error.code == .invalidRequest)
        }
    }

    @Test("the id of a malformed request is known to the error")
    func malformedKeepsID() throws {
        let value = try JSONValue(parsing: #"{"jsonrpc":"2.0","id":"x","method":"m","params":7}"#)
        do throws(JSONRPCMessage.Malformed) {
            _ = try JSONRPCMessage(value)
            Issue.record("it was taken")
        } catch {
            #expect(error.id == .string("x"))
        }
    }

    @Test("requests, notifications and responses are told apart")
    func kinds() throws {
        let request: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "m", "params": ["a": 1]]
        #expect(
            try JSONRPCMessage(request) == .request(JSONRPCRequest(id: RequestID(1), method: "m", params: ["a": 1])))
        let notification: JSONValue = ["jsonrpc": "2.0", "method": "m", "params": .null]
        #expect(try JSONRPCMessage(notification) == .notification(JSONRPCNotification(method: "m")))
        let response: JSONValue = ["jsonrpc": "2.0", "id": 1, "result": [:]]
        #expect(try JSONRPCMessage(response) == .response(JSONRPCResponse(id: RequestID(1), result: [:])))
        let failure: JSONValue = ["jsonrpc": "2.0", "id": 1, "error": ["code": -1, "message": "no"]]
        let error = JSONRPCError(JSONRPCError.Code(rawValue: -1), "no")
        #expect(try JSONRPCMessage(failure) == .response(JSONRPCResponse(id: RequestID(1), error: error)))
    }

    @Test("ids that only look the same are different")
    func idsAreByteExact() {
        #expect(RequestID.string("é") != RequestID.string("e\u{301}"))
        #expect(RequestID.string("1") != RequestID(1))
    }
}
