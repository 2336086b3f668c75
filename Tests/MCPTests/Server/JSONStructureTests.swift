import Logging
import MCP
import Testing

@Suite("Typed tools")
struct JSONStructureTests {
    enum Color: String, CaseIterable, JSONConvertible { case red, green }

    struct Inner: JSONStructure {
        @Field("How deep.") var depth = 0
    }

    struct Everything: JSONStructure {
        @Field("The name.", ["maxLength": 8]) var name: String
        @Field("How many.", in: 1...10) var count = 3
        @Field var ratio: Double?
        @Field var color: Color?
        @Field var tags: [String]?
        @Field var inner: Inner?
        @Field var raw: JSONValue?
        @Field var big: Int64?
        @Field var flag = false
    }

    @Test("the schema says types, meanings, defaults and what has to be there")
    func schema() {
        let expected: JSONValue = [
            "type": "object",
            "properties": [
                "name": ["type": "string", "maxLength": 8, "description": "The name."],
                "count": ["type": "integer", "default": 3, "minimum": 1, "maximum": 10, "description": "How many."],
                "ratio": ["type": "number"],
                "color": ["type": "string", "enum": ["red", "green"]],
                "tags": ["type": "array", "items": ["type": "string"]],
                "inner": [
                    "type": "object",
                    "properties": ["depth": ["type": "integer", "default": 0, "description": "How deep."]],
                    "additionalProperties": false,
                ],
                "raw": [:],
                "big": ["type": "integer"],
                "flag": ["type": "boolean", "default": false],
            ],
            "required": ["name"],
            "additionalProperties": false,
        ]
        #expect(JSONValue.object(Everything.jsonSchema) == expected)
        #expect(Everything.jsonSchema["properties"]?.objectValue?.keys.first == "name")
        #expect(Everything.outputSchema?["required"] == ["name", "count", "flag"])
        #expect(Everything.outputSchema?["properties"]?["count"]?["default"] == nil)
    }

    @Test("a value comes from JSON with its defaults, and goes back without what is nil")
    func roundTrip() throws {
        let some = try Everything(json: ["name": "n"])
        #expect(some.name == "n" && some.count == 3 && some.ratio == nil && some.flag == false)
        #expect(some.jsonValue == ["name": "n", "count": 3, "flag": false])
        let json: JSONValue = [
            "name": "m", "count": 5, "ratio": 1.5, "color": "green", "tags": ["a", "b"], "inner": ["depth": 2],
            "raw": .null, "big": 9_007_199_254_740_993, "flag": true,
        ]
        let all = try Everything(json: json)
        #expect(all.color == .green && all.inner?.depth == 2 && all.raw == .null && all.big == 9_007_199_254_740_993)
        #expect(all.tags == ["a", "b"])
        #expect(try Everything(json: ["name": "n", "ratio": .null]).ratio == nil)
    }

    @Test("copies do not share what is set later")
    func valueSemantics() throws {
        let one = try Everything(json: ["name": "one"])
        var other = one
        other.name = "other"
        #expect(one.name == "one" && other.name == "other")
        #expect(Everything().count == 3)
    }

    @Test(
        "JSON that does not fit is named by its path",
        arguments: [
            ([:], "/name must be there"), (["name": 1], "/name must be a string"),
            (["name": "n", "color": "blue"], "/color must be one of red, green"),
            (["name": "n", "tags": ["a", 1]], "/tags/1 must be a string"),
            (["name": "n", "inner": ["depth": "x"]], "/inner/depth must be an integer below 2⁶³"),
            (["name": "n", "big": 9_223_372_036_854_775_807.0], "/big must be an integer below 2⁶³"),
            ([1], "the value must be an object"),
        ] as [(JSONValue, String)])
    func conversionErrors(json: JSONValue, expected: String) throws {
        let error = #expect(throws: JSONConversionError.self) { try Everything(json: json) }
        #expect(error?.description == expected)
    }

    @Test("a closure with types is a tool with schemas, annotations and icons")
    func tool() async throws {
        let tool = Tool(
            "count", "Counts.", title: "Counter", annotations: ToolAnnotations(readOnlyHint: true),
            icons: [Icon("https://example.com/i.png", mimeType: "image/png", sizes: ["48x48"], theme: .dark)],
            input: Inner.self
        ) { input, _ in
            var output = Inner()
            output.depth = input.depth + 1
            return output
        }
        let context = RequestContext(version: .v2025_11_25, logger: .init(label: "test"))
        let result = try await tool.call(["depth": 4], context: context)
        #expect(result.structuredContent == ["depth": 5])
        #expect(result.content == [.text(#"{"depth":5}"#)])
        #expect(tool.definition.outputSchema?["required"] == ["depth"])
        let refused = try await tool.call(["depth": "x"], context: context)
        #expect(refused.isError)
        let server = try MCPServer(name: "t", version: "1") { tool }
        for (version, hasIcons) in [(ProtocolVersion.v2025_06_18, false), (.v2025_11_25, true), (.v2026_07_28, true)] {
            let listed = await server.respond(
                to: JSONRPCRequest(id: RequestID(1), method: "tools/list"),
                context: RequestContext(version: version, logger: .init(label: "test")), timeout: .seconds(1))
            let icons = listed.result?["tools"]?[0]?["icons"]
            #expect((icons?[0]?["src"] == "https://example.com/i.png") == hasIcons)
        }
    }
}
