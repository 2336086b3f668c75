import MCP
import TestSupport
import Testing

/// The public JSON Schema test suite: every required case of draft 2020-12, and of the optional files those that
/// concern what is implemented.
@Suite(.enabled(if: SharedData.isExpected("json-schema-test-suite"), "\(SharedData.missing)"))
struct JSONSchemaTestSuiteTests {
    private static let suite = "json-schema-test-suite"
    private static let optional = [
        "anchor", "bignum", "dynamicRef", "ecmascript-regex", "float-overflow", "id", "no-schema", "non-bmp-regex",
        "refOfUnknownKeyword", "unknownKeyword",
    ]

    private func remoteDocuments() throws -> [String: JSONValue] {
        var documents: [String: JSONValue] = [:]
        for file in try SharedData.files(in: Self.suite + "/remotes", suffix: ".json", recursively: true) {
            let bytes = try SharedData.bytes(of: Self.suite + "/remotes/" + file)
            documents["http://localhost:1234/" + file] = try JSONValue(parsing: bytes)
        }
        return documents
    }

    /// Runs the cases of files and gives how many there were.
    private func run(_ files: [String]) throws -> Int {
        let documents = try remoteDocuments()
        var count = 0
        for file in files {
            let groups = try JSONValue(parsing: SharedData.bytes(of: "\(Self.suite)/draft2020-12/\(file)"))
            for group in try #require(groups.arrayValue) {
                let schema = try JSONSchema(try #require(group["schema"]), documents: documents)
                for test in try #require(group["tests"]?.arrayValue) {
                    count += 1
                    let violations = schema.validate(try #require(test["data"]))
                    let title = "\(file): \(group["description"] ?? "") \(test["description"] ?? "") \(violations)"
                    #expect(violations.isEmpty == test["valid"]?.boolValue, "\(title)")
                    #expect(violations.allSatisfy { $0.message.utf8.count < 4000 }, "\(title)")
                }
            }
        }
        return count
    }

    @Test("all required cases pass")
    func required() throws {
        let count = try run(SharedData.files(in: Self.suite + "/draft2020-12", suffix: ".json"))
        #expect(count >= 1299)
    }

    @Test("the optional cases pass that concern numbers, patterns, identifiers and references")
    func optionalCases() throws {
        let count = try run(Self.optional.map { "optional/\($0).json" })
        #expect(count >= 100)
    }
}
