import MCP
import Testing

@Suite("URI templates")
struct URITemplateTests {
    /// The values of RFC 6570 section 3.2.
    private static let values: [String: URITemplate.Value] = [
        "count": .list(["one", "two", "three"]), "dom": .list(["example", "com"]), "dub": .text("me/too"),
        "hello": .text("Hello World!"), "half": .text("50%"), "var": .text("value"), "who": .text("fred"),
        "base": .text("http://example.com/home/"), "path": .text("/foo/bar"),
        "list": .list(["red", "green", "blue"]), "keys": .pairs([("semi", ";"), ("dot", "."), ("comma", ",")]),
        "v": .text("6"), "x": .text("1024"), "y": .text("768"), "empty": .text(""), "empty_keys": .pairs([]),
    ]

    @Test(
        "templates are expanded as the examples of RFC 6570 are",
        arguments: [
            ("{count}", "one,two,three"), ("{/count*}", "/one/two/three"), ("{;count}", ";count=one,two,three"),
            ("{;count*}", ";count=one;count=two;count=three"), ("{?count*}", "?count=one&count=two&count=three"),
            ("{&count}", "&count=one,two,three"), ("{var}", "value"), ("{hello}", "Hello%20World%21"),
            ("{half}", "50%25"), ("O{empty}X", "OX"), ("O{undef}X", "OX"), ("{x,y}", "1024,768"),
            ("{x,hello,y}", "1024,Hello%20World%21,768"), ("?{x,empty}", "?1024,"), ("?{x,undef}", "?1024"),
            ("{var:3}", "val"), ("{list*}", "red,green,blue"), ("{keys}", "semi,%3B,dot,.,comma,%2C"),
            ("{keys*}", "semi=%3B,dot=.,comma=%2C"), ("{+hello}", "Hello%20World!"), ("{+half}", "50%25"),
            ("{base}index", "http%3A%2F%2Fexample.com%2Fhome%2Findex"),
            ("{+base}index", "http://example.com/home/index"),
            ("{+path:6}here", "/foo/bhere"), ("{+keys*}", "semi=;,dot=.,comma=,"),
            ("{#x,hello,y}", "#1024,Hello%20World!,768"),
            ("foo{#empty}", "foo#"), ("foo{#undef}", "foo"), ("{#keys}", "#semi,;,dot,.,comma,,"),
            ("{.who,who}", ".fred.fred"),
            ("X{.list*}", "X.red.green.blue"), ("X{.empty_keys}", "X"), ("{/var,x}/here", "/value/1024/here"),
            ("{/var:1,var}", "/v/value"), ("{/keys*}", "/semi=%3B/dot=./comma=%2C"),
            ("{;x,y,empty}", ";x=1024;y=768;empty"),
            ("{;v,empty,who}", ";v=6;empty;who=fred"), ("{?x,y,empty}", "?x=1024&y=768&empty="),
            ("{?var:3}", "?var=val"),
            ("{?keys*}", "?semi=%3B&dot=.&comma=%2C"), ("?fixed=yes{&x}", "?fixed=yes&x=1024"),
            ("{&keys}", "&keys=semi,%3B,dot,.,comma,%2C"),
        ])
    func expansion(template: String, expected: String) throws {
        #expect(try URITemplate(template).expand(Self.values) == expected)
    }

    @Test(
        "what is no template is refused",
        arguments: ["{", "}", "{}", "a{b", "a}b", "{a b}", "{a,}", "{a:0}", "{a:x}", "{a:10000}", "{{a}}", "{a*:3}"])
    func malformed(text: String) {
        #expect(throws: URITemplate.Malformed.self) { try URITemplate(text) }
    }

    @Test(
        "values are found in a URI, decoded",
        arguments: [
            ("test://template/{id}/data", "test://template/123/data", ["id": "123"]),
            ("test://template/{id}/data", "test://template/a%2Fb%20c/data", ["id": "a/b c"]),
            ("test://template/{id}/data", "test://template//data", nil),
            ("test://template/{id}/data", "test://template/1/2/data", nil),
            ("test://template/{id}/data", "test://template/1/data/", nil),
            ("file:///{+path}", "file:///a/b/c.txt", ["path": "a/b/c.txt"]),
            ("x:{a}-{b}", "x:1-2-3", ["a": "1", "b": "2-3"]),
            (
                "db://{table}{?limit,order}", "db://users?limit=5&order=name",
                ["table": "users", "limit": "5", "order": "name"]
            ),
            ("db://{table}{?limit}", "db://users", nil),
            ("h://{host}{/a,b}", "h://x/1/2", ["host": "x", "a": "1", "b": "2"]),
            ("x:{a}{a}", "x:11", nil), ("x:{a}", "x:%FF", nil), ("x:{a}", "x:%4", nil),
            ("plain:text", "plain:text", [:]),
        ] as [(String, String, [String: String]?)])
    func matching(template: String, uri: String, expected: [String: String]?) throws {
        #expect(try URITemplate(template).match(uri) == expected)
    }

    @Test("a hostile URI takes no longer than its length allows", .timeLimit(.minutes(1)))
    func hostile() throws {
        let template = try URITemplate(String(repeating: "{+a}{+b}x", count: 20) + "y")
        #expect(template.match(String(repeating: "x", count: 4000)) == nil)
        #expect(template.match(String(repeating: "x", count: 100_000)) == nil)
    }

    @Test("a template names its variables")
    func variables() throws {
        #expect(try URITemplate("a{b,c}{?d*}").variables == ["b", "c", "d"])
    }
}
