import Testing

@testable import PGWire

@Suite("The line of those who wait")
struct WaitingLineTests {
    private let site = PoolCallSite(file: #fileID, line: #line)

    private func line(_ count: Int) -> (WaitingLine<Int>, [WaitingLine<Int>.Ticket]) {
        var line = WaitingLine<Int>()
        let tickets = (0..<count).map {
            line.append($0, for: site, since: MonotonicTime(nanoseconds: 0), until: MonotonicTime(nanoseconds: 1))
        }
        return (line, tickets)
    }

    @Test("first come, first served")
    func order() {
        var (line, _) = line(200)
        #expect((0..<200).map { _ in line.popFirst()?.waiter } == Array(0..<200))
        #expect(line.popFirst() == nil)
        #expect(line.isEmpty && line.count == 0)
    }

    @Test("who leaves is taken out once, and the others keep their order")
    func leaving() {
        var (line, tickets) = line(300)
        for number in stride(from: 0, to: 300, by: 3) {
            #expect(line.remove(tickets[number])?.waiter == number)
            #expect(line.remove(tickets[number]) == nil)
        }
        #expect(line.count == 200)
        #expect(line.first?.waiter == 1)
        var rest: [Int] = []
        while let place = line.popFirst() { rest.append(place.waiter) }
        #expect(rest == (0..<300).filter { $0 % 3 != 0 })
        #expect(line.remove(tickets[1]) == nil)
    }

    @Test("a line that many have left behind one who stays does not grow")
    func compaction() {
        var (line, _) = line(1)
        for number in 1..<10_000 {
            let ticket = line.append(
                number, for: site, since: MonotonicTime(nanoseconds: 0), until: MonotonicTime(nanoseconds: 1))
            #expect(line.remove(ticket)?.waiter == number)
        }
        #expect(line.count == 1)
        #expect(line.room <= 64)
        #expect(line.removeAll().map(\.waiter) == [0])
        #expect(line.isEmpty)
    }
}
