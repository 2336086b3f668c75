import Testing

@testable import PGWire

@Suite("The deadlines of a loop")
struct DeadlineHeapTests {
    private final class Target: DeadlineTarget {
        let number: Int
        init(_ number: Int) { self.number = number }
        func deadlineReached(_ now: MonotonicTime) {}
    }

    private func time(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    @Test("targets come out by their time, and not before it")
    func order() {
        let targets = (0..<500).map { Target($0 * 7919 % 500) }
        var heap = DeadlineHeap()
        for target in targets { heap.insert(time(Int64(target.number)), target) }
        #expect(heap.earliest == time(0))
        #expect(heap.removeDue(at: time(-1)) == nil)
        var numbers: [Int] = []
        while let target = heap.removeDue(at: time(250)) as? Target { numbers.append(target.number) }
        #expect(numbers == Array(0...250))
        #expect(heap.earliest == time(251))
        while let target = heap.removeDue(at: .distantFuture) as? Target { numbers.append(target.number) }
        #expect(numbers == Array(0..<500))
        #expect(heap.earliest == nil)
    }

    @Test("an entry does not keep its target, and one whose target is gone is passed over")
    func weakness() {
        var heap = DeadlineHeap()
        let kept = Target(2)
        do {
            let gone = Target(1)
            heap.insert(time(1), gone)
        }
        heap.insert(time(2), kept)
        #expect(heap.removeDue(at: time(5)) === kept)
        #expect(heap.count == 0)
    }
}
