import Testing

@testable import PGWire

@Suite("DataRow")
struct DataRowTests {
    private func cells(_ payload: [UInt8], columns: Int) throws(PGError) -> [[UInt8]?] {
        var cells: [[UInt8]?] = []
        try DataRow.forEachCell(in: payload.rawSpan, columns: columns) { column, offset, length in
            #expect(column == cells.count)
            cells.append(length < 0 ? nil : Array(payload[offset..<offset + length]))
        }
        return cells
    }

    static let row = encode([
        .int16(4), .int32(2), .bytes([1, 2]), .int32(-1), .int32(0), .int32(3), .bytes([3, 4, 5]),
    ])

    @Test("gives the place of each value, of NULL and of nothing")
    func values() throws {
        #expect(try cells(Self.row, columns: 4) == [[1, 2], nil, [], [3, 4, 5]])
        #expect(try cells(encode([.int16(0)]), columns: 0) == [])
    }

    @Test("is refused when it is cut off anywhere")
    func truncations() {
        for length in 0..<Self.row.count {
            #expect(
                failure { () throws(PGError) in try cells(Array(Self.row.prefix(length)), columns: 4) }?.code
                    == .protocolViolation)
        }
    }

    @Test(
        "is refused with a wrong count, an impossible length or bytes left",
        arguments: [
            (row, 3), (row, 5), (row + [0], 4), (encode([.int16(-1)]), 1), (encode([.int16(.max)]), 32_767),
            (encode([.int16(1), .int32(-2)]), 1), (encode([.int16(1), .int32(.min)]), 1),
            (encode([.int16(1), .int32(.max), .bytes([0])]), 1), (encode([.int16(1), .int32(2), .bytes([0])]), 1),
            (encode([.int16(2), .int32(.max), .int32(.max)]), 2),
        ])
    func malformed(payload: [UInt8], columns: Int) {
        #expect(failure { () throws(PGError) in try cells(payload, columns: columns) }?.code == .protocolViolation)
    }
}
