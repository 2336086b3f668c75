import MCP
import TestSupport
import Testing

/// The checker that other tests use on what the server sends: it must accept the specification's examples, and refuse
/// them once they are spoilt.
@Suite(.enabled(if: SharedData.isExpected("mcp-schema"), "\(SharedData.missing)"))
struct MCPSchemaTests {
    private static let examples = "mcp-schema/2026-07-28/examples"

    @Test("every example of the specification is an instance of its definition, and none is after losing what it needs")
    func examples() throws {
        var (accepted, refused) = (0, 0)
        for file in try SharedData.files(in: Self.examples, suffix: ".json", recursively: true) {
            let definition = String(try #require(file.split(separator: "/").first))
            let value = try JSONValue(parsing: SharedData.bytes(of: Self.examples + "/" + file))
            let violations = try MCPSchema.validate(value, as: definition, revision: "2026-07-28")
            #expect(violations.isEmpty, "\(file): \(violations)")
            accepted += 1
            #expect(try !MCPSchema.validate([value], as: definition, revision: "2026-07-28").isEmpty, "\(file)")
            for key in try required(definition) {
                var spoilt = try #require(value.objectValue)
                #expect(spoilt.contains(key: key))
                spoilt[key] = nil
                let violations = try MCPSchema.validate(.object(spoilt), as: definition, revision: "2026-07-28")
                #expect(!violations.isEmpty, "\(file) without \(key)")
                refused += 1
            }
        }
        #expect(accepted >= 129)
        #expect(refused >= 200)
    }

    private func required(_ definition: String) throws -> [String] {
        let schema = try JSONValue(parsing: SharedData.bytes(of: "mcp-schema/2026-07-28/schema.json"))
        return schema["$defs"]?[definition]?["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    @Test("a response is held to the result of the method that it answers", arguments: MCPSchema.revisions)
    func typedResult(revision: String) throws {
        let isModern = revision == "2026-07-28"
        func check(_ result: JSONObject, _ method: String?) throws -> [JSONSchema.Violation] {
            var result = result
            if isModern { result["resultType"] = "complete" }
            return try MCPSchema.validateServerMessage(
                ["jsonrpc": "2.0", "id": 1, "result": .object(result)], revision: revision, requestMethod: method)
        }
        let content: JSONValue = [["type": "text", "text": "x"]]
        #expect(try check(["content": content], "tools/call").isEmpty)
        #expect(try !check([:], "tools/call").isEmpty)
        #expect(try !check(["content": [["type": "text"]]], "tools/call").isEmpty)
        #expect(try !check(["content": content], nil).isEmpty)
        #expect(try !check(["content": content], "tools/none").isEmpty)
        #expect(try !check(["content": content], "tools/list").isEmpty)
        #expect(try check([:], "ping").isEmpty == !isModern)
        let initialized: JSONObject = [
            "protocolVersion": .string(revision), "capabilities": ["tools": [:]],
            "serverInfo": ["name": "a", "version": "1"],
        ]
        #expect(try check(initialized, "initialize").isEmpty == !isModern)
        #expect(try !check(["protocolVersion": .string(revision)], "initialize").isEmpty)
    }

    @Test("the envelope is held to JSON-RPC", arguments: MCPSchema.revisions)
    func envelope(revision: String) throws {
        func check(_ message: JSONValue) throws -> [JSONSchema.Violation] {
            try MCPSchema.validateServerMessage(message, revision: revision, requestMethod: "ping")
        }
        let error: JSONValue = ["code": -32601, "message": "x"]
        #expect(try check(["jsonrpc": "2.0", "id": 1, "error": error]).isEmpty)
        #expect(try !check(["jsonrpc": "2.0", "id": 1, "error": ["code": "x", "message": "x"]]).isEmpty)
        #expect(try !check(["jsonrpc": "1.0", "id": 1, "error": error]).isEmpty)
        #expect(try !check(["jsonrpc": "2.0", "id": 1, "error": error, "result": [:]]).isEmpty)
        #expect(try !check(["jsonrpc": "2.0", "id": 1]).isEmpty)
        #expect(try !check(["jsonrpc": "2.0", "result": [:]]).isEmpty)
        #expect(try !check("x").isEmpty)
        #expect(try !check(["jsonrpc": "2.0", "method": "notifications/none"]).isEmpty)
        let progress: JSONValue = ["progressToken": 1, "progress": 0.5]
        #expect(try check(["jsonrpc": "2.0", "method": "notifications/progress", "params": progress]).isEmpty)
        #expect(try !check(["jsonrpc": "2.0", "method": "notifications/progress", "params": [:]]).isEmpty)
        let roots: JSONValue = ["jsonrpc": "2.0", "id": 7, "method": "roots/list"]
        #expect(try check(roots).isEmpty == (revision != "2026-07-28"))
    }

    @Test("an error whose code has a definition must carry that definition's data")
    func typedErrors() throws {
        func check(_ error: JSONValue) throws -> [JSONSchema.Violation] {
            try MCPSchema.validateServerMessage(
                ["jsonrpc": "2.0", "id": 1, "error": error], revision: "2026-07-28", requestMethod: nil)
        }
        #expect(try !check(["code": -32022, "message": "x"]).isEmpty)
        let data: JSONValue = ["requested": "1900-01-01", "supported": ["2026-07-28"]]
        #expect(try check(["code": -32022, "message": "x", "data": data]).isEmpty)
    }

    @Test("a result that asks for input counts only where the method allows it and it asks for something")
    func inputRequired() throws {
        func check(_ result: JSONValue, _ method: String) throws -> [JSONSchema.Violation] {
            try MCPSchema.validateServerMessage(
                ["jsonrpc": "2.0", "id": 1, "result": result], revision: "2026-07-28", requestMethod: method)
        }
        #expect(try check(["resultType": "input_required", "requestState": "s"], "tools/call").isEmpty)
        #expect(try !check(["resultType": "input_required"], "tools/call").isEmpty)
        #expect(try !check(["resultType": "input_required", "requestState": "s"], "tools/list").isEmpty)
        #expect(try !check(["resultType": "complete", "requestState": "s"], "tools/call").isEmpty)
    }

    @Test("a batch exists in 2025-03-26 alone")
    func batch() throws {
        let batch: JSONValue = [["jsonrpc": "2.0", "id": 1, "result": [:]]]
        for revision in MCPSchema.revisions {
            let violations = try MCPSchema.validateServerMessage(batch, revision: revision, requestMethod: "ping")
            #expect(violations.isEmpty == (revision == "2025-03-26"), "\(revision)")
        }
    }
}
