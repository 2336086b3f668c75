/// A regular expression as instructions of a nondeterministic automaton.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        case set(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case wordBoundary(isNegative: Bool)
        /// The instructions after this one, up to their `match`, are matched here; then it goes on at `next`.
        case lookahead(isNegative: Bool, next: Int)
        case match
    }

    /// How many instructions a pattern may have once its counted repetitions are written out.
    static let maximumInstructions = 10_000

    private(set) var instructions: [Instruction] = []

    /// The program of a search: the pattern may match anywhere in a text.
    init(_ pattern: String) throws(PatternError) {
        let node = try PatternParser.parse(pattern)
        // Try here, else skip a character and try again.
        try emit(.split(3, 1))
        try emit(.set(ScalarSet(items: [], isNegative: true)))
        try emit(.jump(0))
        try compile(node)
        try emit(.match)
    }

    private mutating func emit(_ instruction: Instruction) throws(PatternError) {
        guard instructions.count < Self.maximumInstructions else {
            throw PatternError("it needs more than \(Self.maximumInstructions) steps; use smaller repetition counts")
        }
        instructions.append(instruction)
    }

    private mutating func compile(_ node: PatternNode) throws(PatternError) {
        switch node {
        case .set(let set): try emit(.set(set))
        case .start: try emit(.start)
        case .end: try emit(.end)
        case .wordBoundary(let isNegative): try emit(.wordBoundary(isNegative: isNegative))
        case .sequence(let nodes): for node in nodes { try compile(node) }
        case .alternatives(let nodes): try compile(alternatives: nodes)
        case .repeated(let node, let minimum, let maximum):
            try compile(node, minimum: minimum, maximum: maximum)
        case .lookahead(let node, let isNegative):
            let place = instructions.count
            try emit(.lookahead(isNegative: isNegative, next: 0))
            try compile(node)
            try emit(.match)
            instructions[place] = .lookahead(isNegative: isNegative, next: instructions.count)
        }
    }

    private mutating func compile(alternatives: [PatternNode]) throws(PatternError) {
        var jumps: [Int] = []
        for (index, node) in alternatives.enumerated() {
            guard index < alternatives.count - 1 else {
                try compile(node)
                break
            }
            let split = instructions.count
            try emit(.split(split + 1, 0))
            try compile(node)
            jumps.append(instructions.count)
            try emit(.jump(0))
            instructions[split] = .split(split + 1, instructions.count)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func compile(_ node: PatternNode, minimum: Int, maximum: Int?) throws(PatternError) {
        for _ in 0..<minimum {
            let before = instructions.count
            try compile(node)
            // What needs no instructions, such as (), may be repeated any number of times at no cost.
            if instructions.count == before { return }
        }
        guard let maximum else {
            let split = instructions.count
            try emit(.split(split + 1, 0))
            try compile(node)
            try emit(.jump(split))
            instructions[split] = .split(split + 1, instructions.count)
            return
        }
        var splits: [Int] = []
        for _ in minimum..<maximum {
            splits.append(instructions.count)
            try emit(.split(instructions.count + 1, 0))
            try compile(node)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }
}
