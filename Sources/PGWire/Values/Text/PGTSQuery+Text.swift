extension PGTSQuery: PGTextConvertible {
    /// The letters of the weights from the lowest bit up.
    private static let weightLetters = ["D", "C", "B", "A"]

    /// The query that a text in the server's form names, such as `'fat' & !( 'cat':*A | 'rat' )`; nil otherwise.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        guard !scanner.isAtEnd else {
            self.init(parts: [])
            return
        }
        // Dijkstra's shunting yard: what it puts out has each operator behind its operands, the left one first, which
        // from the end to the beginning is the order of the parts.
        var output: [Part] = []
        var pending: [Part?] = []
        func flush(while condition: (Part) -> Bool) {
            while let last = pending.last, let part = last, condition(part) {
                output.append(pending.removeLast() ?? part)
            }
        }
        var expectsOperand = true
        while !scanner.isAtEnd {
            if scanner.skip(" ") { continue }
            if expectsOperand {
                if scanner.skip("!") {
                    pending.append(.not)
                } else if scanner.skip("(") {
                    pending.append(nil)
                } else {
                    guard let word = Self.word(&scanner) else { return nil }
                    output.append(word)
                    expectsOperand = false
                }
            } else if scanner.skip(")") {
                flush { _ in true }
                guard pending.popLast() != nil else { return nil }
            } else {
                guard let part = Self.binaryOperator(&scanner) else { return nil }
                flush { $0.priority >= part.priority }
                pending.append(part)
                expectsOperand = true
            }
        }
        flush { _ in true }
        guard pending.isEmpty else { return nil }
        self.init(parts: output.reversed())
    }

    private static func word(_ scanner: inout TextScanner) -> Part? {
        guard let text = scanner.lexeme() else { return nil }
        guard scanner.skip(":") else { return .word(text, weights: 0, isPrefix: false) }
        let isPrefix = scanner.skip("*")
        var weights: UInt8 = 0
        for bit in (0..<4).reversed() where scanner.skip(weightLetters[bit]) { weights |= 1 << UInt8(bit) }
        return .word(text, weights: weights, isPrefix: isPrefix)
    }

    private static func binaryOperator(_ scanner: inout TextScanner) -> Part? {
        if scanner.skip("&") { return .and }
        if scanner.skip("|") { return .or }
        if scanner.skip("<->") { return .followedBy(distance: 1) }
        guard scanner.skip("<"), let distance = scanner.digits(1...5), scanner.skip(">") else { return nil }
        return UInt16(exactly: distance).map { .followedBy(distance: $0) }
    }

    /// The query in a form that the server reads as this one: an operand that has an operator between two others is in
    /// parentheses.
    public var description: String {
        var operands: [(text: String, isWhole: Bool)] = []
        func pop() -> String {
            guard let operand = operands.popLast() else { return "" }
            return operand.isWhole ? operand.text : "( \(operand.text) )"
        }
        // From the last part to the first, an operator comes when its operands have been written.
        for part in parts.reversed() {
            let sign: String
            switch part {
            case .word(let text, let weights, let isPrefix):
                operands.append((quotedLexeme(text) + Self.suffix(weights, isPrefix), true))
                continue
            case .not:
                operands.append(("!" + pop(), true))
                continue
            case .and: sign = "&"
            case .or: sign = "|"
            case .followedBy(let distance): sign = distance == 1 ? "<->" : "<\(distance)>"
            }
            let right = pop()
            operands.append(("\(pop()) \(sign) \(right)", false))
        }
        return operands.last?.text ?? ""
    }

    private static func suffix(_ weights: UInt8, _ isPrefix: Bool) -> String {
        guard weights != 0 || isPrefix else { return "" }
        let letters = (0..<4).reversed().filter { weights & 1 << UInt8($0) != 0 }.map { weightLetters[$0] }
        return ":" + (isPrefix ? "*" : "") + letters.joined()
    }
}

extension PGTSQuery.Part {
    /// How close an operator binds its operands.
    fileprivate var priority: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .followedBy: 3
        case .not: 4
        case .word: 5
        }
    }
}
