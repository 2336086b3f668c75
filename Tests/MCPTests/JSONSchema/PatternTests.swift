import MCP
import Testing

/// `pattern`, through the schema that uses it.
struct PatternTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool {
        try JSONSchema(["pattern": .string(pattern)]).validate(.string(text)).isEmpty
    }

    @Test(
        "patterns match somewhere in a text, as ECMA-262 says",
        arguments: [
            ("b+", "abbc"), ("^a|b$", "xb"), ("^(a|b|)c{2,3}$", "bccc"), ("^[^a-c]$", "d"), ("^[\\]\\-a]+$", "]-a"),
            (#"^\d{3}-\w+$"#, "123-a_Z"), (#"\bcat\b"#, "a cat."), (#"^\u{1F600}\x41\u0042$"#, "\u{1F600}AB"),
            (#"^\ud83d\ude00$"#, "\u{1F600}"), (#"^(?=.*\d)(?=.*[a-z]).{4,}$"#, "abc1"), ("^(?!foo)", "bar"),
            ("^(?:ab)*$", "abab"), ("^(?<year>[0-9]{4})$", "2026"), ("^.$", "e"), ("a{0}b", "b"), ("^(a*)*$", "aaa"),
            ("^[\\s\\S]*$", "a\nb"), (#"^\/$"#, "/"), ("^a*?b+?$", "aab"), (#"^\p{Lu}\P{Lu}$"#, "Éa"), ("", "anything"),
            ("^[a-zA-Z0-9_.-]{1,64}$", "a.b-c_9"), ("^(?=(a|aa)+$)a+$", "aaa"), ("(?:)*x", "x"),
            ("^e\u{301}$", "e\u{301}"),
        ])
    func match(pattern: String, text: String) throws {
        #expect(try matches(pattern, text))
    }

    @Test(
        "patterns do not match what ECMA-262 says they do not",
        arguments: [
            ("^abc$", "abc\n"), (#"^\d$"#, "\u{0660}"), (#"^\w$"#, "é"), (".", "\n"), ("^.$", "e\u{301}"), ("[]", "a"),
            ("^é$", "e\u{301}"), ("^(?!foo)", "foobar"), (#"\Bcat"#, "cat"), ("^a{2,3}$", "aaaa"),
            (#"^\s$"#, "\u{180E}"),
            ("^(?=.*\\d)(?=.*[a-z]).{4,}$", "abcd"), ("^[^]$", ""), ("(?=a(?!b))ab", "ab"),
        ])
    func mismatch(pattern: String, text: String) throws {
        #expect(try !matches(pattern, text))
    }

    @Test(
        "what is no usable expression is refused",
        arguments: [
            "(", ")", "[a", "*", "a**", "a{2,1}", "a{99999}", #"\1"#, #"(?<=a)b"#, #"\p{Script=Greek}"#, #"\a"#, #"\Z"#,
            #"\u12"#, #"[b-a]"#, #"[\d-a]"#, "(?i)a", "\\", #"\c1"#, "(?<a", "((a{100}){100}){100}", "a{", "^*",
        ])
    func refused(pattern: String) throws {
        let error = #expect(throws: JSONSchemaError.self) { try JSONSchema(["pattern": .string(pattern)]) }
        #expect(error?.code == .invalidPattern)
    }

    @Test(
        "expressions on which backtracking explodes take bounded time",
        arguments: ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(x+x+)+y", "^(?=(a+)+b)", "(?=(a*)*b)c|(a+)+$x"])
    func bounded(pattern: String) throws {
        let text = String(repeating: pattern.contains("x") ? "x" : "a", count: 3000) + "!"
        let started = ContinuousClock.now
        #expect(try !matches(pattern, text))
        #expect(ContinuousClock.now - started < .seconds(30))
    }

    @Test("a text too long for its pattern is refused with the advice to shorten it")
    func tooLong() throws {
        let schema = try JSONSchema(["pattern": "^[a-z]{1,4000}$"])
        let violations = schema.validate(.string(String(repeating: "a", count: 100_000)))
        #expect(violations.first?.message.contains("shorten it") == true)
    }
}
