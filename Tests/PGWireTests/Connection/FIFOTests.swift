import Testing

@testable import PGWire

@Suite("The queue of those who wait")
struct FIFOTests {
    @Test("it behaves like an array used at both ends", arguments: [1, 2, 3, 4])
    func model(seed: UInt64) {
        var queue = FIFO<Int>()
        var model: [Int] = []
        var state = seed
        for value in 0..<5000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Long runs of each kind, so that the queue both grows and empties.
            let grows = (value / 700).isMultiple(of: 2) ? state >> 60 < 12 : state >> 60 < 4
            if grows {
                queue.append(value)
                model.append(value)
            } else {
                #expect(queue.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
            }
            if value.isMultiple(of: 997) {
                #expect(queue.removeAll { $0.isMultiple(of: 3) } == model.filter { $0.isMultiple(of: 3) })
                model.removeAll { $0.isMultiple(of: 3) }
            }
            #expect(queue.count == model.count && queue.first == model.first && queue.isEmpty == model.isEmpty)
        }
        var seen: [Int] = []
        queue.forEach { seen.append($0) }
        #expect(seen == model)
        #expect(queue.removeAll() == model)
        #expect(queue.isEmpty && queue.popFirst() == nil)
    }

    @Test("what was taken out is let go")
    func release() {
        final class Element {}
        var queue = FIFO<Element>()
        weak var first: Element?
        do {
            let element = Element()
            first = element
            queue.append(element)
        }
        queue.append(Element())
        #expect(first != nil)
        _ = queue.popFirst()
        #expect(first == nil)
        #expect(queue.count == 1)
    }
}
