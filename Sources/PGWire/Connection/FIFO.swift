/// A queue whose ends cost the same however long it is.
struct FIFO<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }
    var count: Int { elements.count - head }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head].take()
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 64, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Removes the elements that fulfil a condition, the others keeping their order.
    mutating func removeAll(where condition: (Element) -> Bool) -> [Element] {
        let all = elements[head...].compactMap { $0 }
        let removed = all.filter(condition)
        elements = all.filter { !condition($0) }
        head = 0
        return removed
    }

    /// Removes and returns everything.
    mutating func removeAll() -> [Element] {
        removeAll(where: { _ in true })
    }

    func forEach(_ body: (Element) -> Void) {
        for case let element? in elements[head...] { body(element) }
    }
}
