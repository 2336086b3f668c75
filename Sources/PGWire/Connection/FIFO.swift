/// A queue whose ends cost the same however long it is: a ring that doubles when it is full.
struct FIFO<Element> {
    /// As many as a power of two, or none.
    private var elements: [Element?] = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[head] }

    private func position(_ index: Int) -> Int { (head + index) & (elements.count - 1) }

    mutating func append(_ element: Element) {
        if count == elements.count { grow() }
        elements[position(count)] = element
        count += 1
    }

    private mutating func grow() {
        let all = (0..<count).map { elements[position($0)] }
        elements = all + Array(repeating: nil, count: max(8, count))
        head = 0
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head].take()
        head = position(1)
        count -= 1
        return element
    }

    /// Removes the elements that fulfil a condition, the others keeping their order.
    mutating func removeAll(where condition: (Element) -> Bool) -> [Element] {
        var removed: [Element] = []
        for _ in 0..<count {
            guard let element = popFirst() else { break }
            if condition(element) { removed.append(element) } else { append(element) }
        }
        return removed
    }

    /// Removes and returns everything.
    mutating func removeAll() -> [Element] {
        removeAll(where: { _ in true })
    }

    func forEach(_ body: (Element) -> Void) {
        for index in 0..<count {
            if let element = elements[position(index)] { body(element) }
        }
    }
}
