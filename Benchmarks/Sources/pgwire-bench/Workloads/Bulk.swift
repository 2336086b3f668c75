import PGWire

/// The rows that are written into the table `bulk`.
enum Bulk {
    /// The text of a row, made without more work than printf would have with it: it is not what is measured.
    static func text(_ number: Int) throws -> String {
        var text = Text()
        text.append(Text.beginning)
        text.append(number, radix: 10, digits: 1)
        text.append(Text.middle)
        text.append(number &* 2_654_435_761, radix: 16, digits: 8)
        return try text.string
    }

    /// The line of a row in COPY's text format.
    static func appendLine(_ number: Int, to lines: inout [UInt8]) throws {
        let text = try text(number)
        lines.append(contentsOf: "\(number)\t".utf8)
        lines.append(contentsOf: text.utf8)
        lines.append(UInt8(ascii: "\n"))
    }

    /// Connects, and empties the table.
    static func prepare(_ settings: Settings) async throws -> (connection: PGConnection, count: Int) {
        let connection = try await settings.connect()
        try await connection.query("truncate bulk")
        return (connection, try settings.count("N", 100_000))
    }

    static func check(_ copied: Int, _ expected: Int) throws {
        guard copied == expected else { throw Failure("\(copied) rows instead of \(expected)") }
    }

    /// Room for the text of a row.
    private struct Text {
        static let beginning = Array("row ".utf8)
        static let middle = Array(" of the bulk load, some payload ".utf8)

        private var bytes = [96 of UInt8](repeating: 0)
        private var count = 0

        var string: String {
            get throws { String(copying: try UTF8Span(validating: bytes.span.extracting(first: count))) }
        }

        mutating func append(_ part: [UInt8]) {
            for byte in part {
                bytes[count] = byte
                count += 1
            }
        }

        @inline(__always)  // the radix is then known
        mutating func append(_ number: Int, radix: Int, digits: Int) {
            var needed = 1
            var rest = number / radix
            while rest > 0 {
                needed += 1
                rest /= radix
            }
            let length = max(needed, digits)
            rest = number
            for place in stride(from: count + length - 1, through: count, by: -1) {
                let digit = UInt8(truncatingIfNeeded: rest % radix)
                bytes[place] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
                rest /= radix
            }
            count += length
        }
    }
}
