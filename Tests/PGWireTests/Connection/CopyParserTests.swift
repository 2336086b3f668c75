import Testing

@testable import PGWire

@Suite("The data of a binary COPY")
struct CopyParserTests {
    private static let rows: [UInt8] =
        PGCopyBinary.header + [0, 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1, 0x61]
        + [0, 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 6, 0xFF, 0xFF, 0xFF, 0xFF] + PGCopyBinary.trailer

    private func parse(_ parts: [[UInt8]]) throws(PGError) -> [String] {
        var parser = PGCopyParser(format: .binary)
        var rows: [String] = []
        for part in parts {
            parser.append(part)
            while let row = try parser.next((Int64, String?).self) { rows.append("\(row)") }
        }
        try parser.finish()
        return rows
    }

    @Test("is read wherever it is cut")
    func cuts() throws {
        let expected = ["(5, Optional(\"a\"))", "(6, nil)"]
        for cut in 0...Self.rows.count {
            #expect(try parse([Array(Self.rows.prefix(cut)), Array(Self.rows.dropFirst(cut))]) == expected)
        }
        #expect(try parse(Self.rows.map { [$0] }) == expected)
    }

    @Test("that ends before its end is refused")
    func truncated() {
        for count in 0..<Self.rows.count {
            let error = failure { () throws(PGError) in try parse([Array(Self.rows.prefix(count))]) }
            #expect(error?.code == .protocolViolation, "\(count)")
        }
    }

    @Test(
        "that is hostile is refused",
        arguments: [
            [UInt8](repeating: 0, count: 40),
            PGCopyBinary.signature + [0x80, 0, 0, 0, 0, 0, 0, 0],
            PGCopyBinary.signature + [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF],
            PGCopyBinary.header + [0xFF, 0xFE],
            PGCopyBinary.header + [0, 2, 0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 0, 0],
            PGCopyBinary.header + [0, 2, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
        ])
    func hostile(bytes: [UInt8]) {
        #expect(failure { () throws(PGError) in try parse([bytes]) }?.code == .protocolViolation)
    }

    @Test("of another number of columns is not read as what was asked for")
    func columns() {
        let one = PGCopyBinary.header + [0, 1, 0, 0, 0, 0] + PGCopyBinary.trailer
        #expect(failure { () throws(PGError) in try parse([one]) }?.code == .unexpectedResult)
    }
}
