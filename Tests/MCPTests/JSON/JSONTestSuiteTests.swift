import MCP
import TestSupport
import Testing

/// The public JSON parsing suite: files named y_ must be accepted, n_ refused, i_ are the implementation's choice.
@Suite(.enabled(if: SharedData.isExpected("json-test-suite"), "\(SharedData.missing)"))
struct JSONTestSuiteTests {
    /// The i_ files that we accept: numbers beyond any range, as literals are kept, and 500 levels.
    private static let acceptedChoices: Set<String> = [
        "i_number_double_huge_neg_exp.json", "i_number_huge_exp.json", "i_number_neg_int_huge_exp.json",
        "i_number_pos_double_huge_exp.json", "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json",
        "i_number_real_underflow.json", "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json",
        "i_number_very_big_negative_int.json", "i_structure_500_nested_arrays.json",
    ]

    @Test("every file of the suite is accepted or refused as it should be, and what is accepted survives a round trip")
    func suite() throws {
        var counts = (accepted: 0, refused: 0, chosen: 0)
        for file in try SharedData.files(in: "json-test-suite/test_parsing", suffix: ".json") {
            let bytes = try SharedData.bytes(of: "json-test-suite/test_parsing/\(file)")
            let value = try? JSONValue(parsing: bytes)
            let isExpected = file.hasPrefix("y_") || Self.acceptedChoices.contains(file)
            #expect((value != nil) == isExpected, "\(file)")
            switch file.prefix(2) {
            case "y_": counts.accepted += 1
            case "n_": counts.refused += 1
            default: counts.chosen += 1
            }
            guard let value else { continue }
            let again = try JSONValue(parsing: value.serialized())
            #expect(again == value, "\(file)")
            #expect(again.serialized() == value.serialized(), "\(file)")
        }
        #expect(counts.accepted >= 95)
        #expect(counts.refused >= 187)
        #expect(counts.chosen >= 35)
    }

    @Test("a cut-off text is refused at every length and never accepted or fatal")
    func truncation() throws {
        let text = Array(#"{"a":[1.5e-3,"x\u00e9\ud83d\ude00\n",true,null,{"é":-0}]}"#.utf8)
        _ = try JSONValue(parsing: text)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.prefix(length))) }
        }
    }

    @Test("any byte put anywhere either parses or throws")
    func mutation() {
        let text = Array(#"{"a":[10,-1.5E+3,"\u00e9\ud83d\ude00\"","é"],"b":{"c":false}}"#.utf8)
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var mutated = text
                mutated[place] = byte
                guard let value = try? JSONValue(parsing: mutated) else { continue }
                let written = value.serialized()
                #expect((try? JSONValue(parsing: written)) == value, "byte \(byte) at \(place)")
            }
        }
    }
}
