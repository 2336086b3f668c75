import Testing

@testable import PGWire

@Suite("A list of types")
struct PGTypeListTests {
    private func list(_ numbers: Range<UInt32>) -> PGTypeList {
        var list = PGTypeList()
        for number in numbers { list.append(PGType(rawValue: number)) }
        return list
    }

    @Test("gives back what was appended, in order, however long it is", arguments: 0...9)
    func order(count: Int) {
        let numbers = UInt32.max - UInt32(count)..<UInt32.max
        #expect(list(numbers).map(\.rawValue) == Array(numbers))
        #expect(list(numbers).count == count)
    }

    @Test("is another list with another type in any place, or with one more", arguments: 0..<7)
    func difference(position: Int) {
        var other = PGTypeList()
        for number in 0..<7 { other.append(PGType(rawValue: number == position ? 99 : UInt32(number))) }
        #expect(other != list(0..<7))
        #expect(list(0..<7) == list(0..<7))
        #expect(list(0..<UInt32(position)) != list(0..<UInt32(position + 1)))
    }

    @Test("is put behind another")
    func appending() {
        var first = list(0..<3)
        first.append(contentsOf: list(3..<8))
        #expect(first == list(0..<8))
    }
}
