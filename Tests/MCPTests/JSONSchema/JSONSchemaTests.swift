import MCP
import Testing

struct JSONSchemaTests {
    private let tool: JSONValue = [
        "type": "object",
        "properties": [
            "key": ["type": "string", "minLength": 1, "maxLength": 5],
            "mode": ["enum": ["get", "set"]],
            "times": ["type": "integer", "minimum": 1],
        ],
        "required": ["key"], "additionalProperties": false,
    ]

    @Test(
        "a violation names the place, the keyword and what to change",
        arguments: [
            ([:], "", "#/required", #"lacks the required property "key"; add it"#),
            (["key": 5], "/key", "#/properties/key/type", "must be a string, but is the number 5"),
            (
                ["key": "abcdef"], "/key", "#/properties/key/maxLength",
                "must have at most 5 characters, but has 6"
            ),
            (
                ["key": "a", "mode": "put"], "/mode", "#/properties/mode/enum",
                #"must be one of "get" or "set", but is the string "put""#
            ),
            (["key": "a", "times": 0], "/times", "#/properties/times/minimum", "must be at least 1, but is 0"),
            (
                ["key": "a", "a/b~": 1], "/a~1b~0", "#/additionalProperties",
                #"is not an allowed property; remove it or use "key", "mode" or "times""#
            ),
        ] as [(JSONValue, String, String, String)])
    func violations(value: JSONValue, instance: String, keyword: String, message: String) throws {
        let violations = try JSONSchema(tool).validate(value)
        #expect(
            violations == [
                JSONSchema.Violation(instancePath: instance, keywordPath: keyword, message: message)
            ])
    }

    @Test("several mistakes are reported together, up to the limit")
    func severalViolations() throws {
        let several = try JSONSchema(tool).validate(["key": "", "mode": nil, "times": "x"])
        #expect(several.map(\.instancePath) == ["/key", "/mode", "/times"])
        let items = try JSONSchema(["items": ["type": "string"]], limits: .init(maximumViolations: 3))
        #expect(items.validate(.array(Array(repeating: 1, count: 100))).count == 3)
    }

    @Test("a failed anyOf says what the closest alternatives lack")
    func alternatives() throws {
        let schema = try JSONSchema(["anyOf": [["type": "string"], ["type": "object", "required": ["a", "b"]]]])
        let message = try #require(schema.validate([:]).first?.message)
        #expect(message.contains("must be a string"))
        #expect(message.contains(#"lacks the required properties "a", "b""#))
    }

    @Test("messages stay short however long the value or the list of allowed values")
    func boundedMessages() throws {
        let schema = try JSONSchema(["enum": .array((0..<1000).map { .string("value\($0)") })])
        let violations = schema.validate(.string(String(repeating: "x", count: 100_000)))
        #expect(try #require(violations.first).message.utf8.count < 1000)
    }

    @Test(
        "a schema that refers to itself without end refuses every value and comes to an end",
        arguments: [
            ["$ref": "#"], ["allOf": [["$ref": "#"], ["$ref": "#"]]], ["not": ["$ref": "#"]],
            ["$dynamicAnchor": "a", "anyOf": [["$dynamicRef": "#a"], ["$dynamicRef": "#a"]]],
        ] as [JSONValue])
    func endlessReference(schema: JSONValue) throws {
        let violations = try JSONSchema(schema).validate(1)
        #expect(violations.count == 1)
        #expect(violations.first?.message.contains("refers to itself") == true)
    }

    @Test("work that multiplies is cut off")
    func boundedWork() throws {
        var definitions: JSONObject = ["d0": ["type": "string"]]
        for level in 1..<40 {
            let below: JSONValue = ["$ref": .string("#/$defs/d\(level - 1)")]
            definitions["d\(level)"] = ["allOf": [below, below]]
        }
        let schema = try JSONSchema(["$ref": "#/$defs/d39", "$defs": .object(definitions)])
        #expect(schema.validate("x").count == 1)
    }

    @Test("a value as deep as the parser allows is validated against a recursive schema")
    func deepValue() throws {
        let schema = try JSONSchema(["anyOf": [["type": "integer"], ["type": "array", "items": ["$ref": "#"]]]])
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        }
        #expect(schema.validate(try JSONValue(parsing: nested(300))).isEmpty)
        // Deeper than evaluation goes: refused, not fatal.
        #expect(schema.validate(try JSONValue(parsing: nested(512))).count == 1)
    }

    @Test(
        "a malformed schema is refused with the place of the mistake",
        arguments: [
            (["type": "text"], .invalidKeyword, "#/type"), (["properties": [1]], .invalidKeyword, "#/properties"),
            (["properties": ["a": 1]], .notASchema, "#/properties/a"),
            (["items": ["pattern": "("]], .invalidPattern, "#/items/pattern"),
            (["$ref": "#/$defs/no"], .unresolvedReference, "#/$ref"),
            (["$ref": "https://example.com/other"], .unresolvedReference, "#/$ref"),
            (["multipleOf": 0], .invalidKeyword, "#/multipleOf"), (["minLength": -1], .invalidKeyword, "#/minLength"),
            (["allOf": []], .invalidKeyword, "#/allOf"), (["required": "a"], .invalidKeyword, "#/required"),
            (7, .notASchema, "#"),
        ] as [(JSONValue, JSONSchemaError.Code, String)])
    func malformed(schema: JSONValue, code: JSONSchemaError.Code, location: String) throws {
        let error = #expect(throws: JSONSchemaError.self) { try JSONSchema(schema) }
        #expect(error?.code == code)
        #expect(error?.location == location)
    }

    @Test("properties whose names differ only by normalization are told apart")
    func canonicalEquivalence() throws {
        let schema = try JSONSchema(["properties": ["é": ["type": "string"]], "required": ["é"]])
        #expect(schema.validate(["é": "x"]).isEmpty)
        #expect(schema.validate(["e\u{301}": "x"]).count == 1)
        #expect(try JSONSchema(["const": "é"]).validate("e\u{301}").count == 1)
    }

    @Test("limits and divisors are exact for numbers beyond Double")
    func exactNumbers() throws {
        let limit = try #require(JSONNumber(literal: "12345678901234567890"))
        let schema = try JSONSchema(["maximum": .number(limit)])
        #expect(schema.validate(try JSONValue(parsing: "12345678901234567890.0")).isEmpty)
        #expect(schema.validate(try JSONValue(parsing: "12345678901234567891")).count == 1)
        let divisor = try JSONSchema(["multipleOf": 0.01])
        #expect(divisor.validate(0.07).isEmpty)
        #expect(divisor.validate(try JSONValue(parsing: "1e100000000000")).isEmpty)
        #expect(divisor.validate(0.075).count == 1)
        let seven = try JSONSchema(["multipleOf": 7])
        #expect(seven.validate(try JSONValue(parsing: "7e300")).isEmpty)
        #expect(seven.validate(try JSONValue(parsing: "1e300")).count == 1)
    }
}
