/// A regular expression of ECMA-262 in Unicode mode, matched in bounded time.
///
/// Swift's own `Regex` backtracks without bound, differs in `\d`, `\s`, `\w` and `$`, and cannot be shared between tasks.
struct Pattern: Sendable {
    /// The expression as it was written.
    let source: String
    private let program: PatternProgram

    init(_ source: String) throws(PatternError) {
        self.source = source
        program = try PatternProgram(source)
    }

    /// Whether the pattern matches somewhere in the text; nil when finding out would cost too much.
    ///
    /// The cost is at most proportional to the text's length times the pattern's, except for lookahead inside
    /// repetitions, whose steps are counted. A pattern of 50 instructions can search texts of 600 000 characters.
    func matches(_ text: String) -> Bool? {
        var matcher = PatternMatcher(program, text)
        return matcher?.search()
    }
}

/// One search: walks the automaton depth first and never enters the same instruction twice at the same place.
private struct PatternMatcher {
    /// How many pairs of instruction and place can be remembered (4 MiB of bits).
    private static let maximumStates = 32 << 20
    /// How many steps a search may take.
    private static let maximumSteps = 8 << 20

    private let instructions: [PatternProgram.Instruction]
    private let text: [Unicode.Scalar]
    private var visited: [UInt64]
    private var steps = 0

    init?(_ program: PatternProgram, _ text: String) {
        instructions = program.instructions
        guard text.utf8.count <= Self.maximumStates else { return nil }
        self.text = Array(text.unicodeScalars)
        let states = (self.text.count + 1).multipliedReportingOverflow(by: instructions.count)
        guard !states.overflow, states.partialValue <= Self.maximumStates else { return nil }
        visited = Array(repeating: 0, count: states.partialValue / 64 + 1)
    }

    mutating func search() -> Bool? { run(from: 0, at: 0, isLookahead: false) }

    /// Whether `match` can be reached; nil when the steps are used up.
    private mutating func run(from instruction: Int, at place: Int, isLookahead: Bool) -> Bool? {
        var pending = [(instruction: instruction, place: place)]
        var entered: [Int] = []
        while let (instruction, place) = pending.popLast() {
            let state = place * instructions.count + instruction
            let bit: UInt64 = 1 << UInt64(state & 63)
            if visited[state >> 6] & bit != 0 { continue }
            visited[state >> 6] |= bit
            if isLookahead { entered.append(state) }
            steps += 1
            if steps > Self.maximumSteps { return nil }
            switch instructions[instruction] {
            case .set(let set):
                if place < text.count, set.contains(text[place]) { pending.append((instruction + 1, place + 1)) }
            case .split(let first, let second):
                pending.append((second, place))
                pending.append((first, place))
            case .jump(let target): pending.append((target, place))
            case .start: if place == 0 { pending.append((instruction + 1, place)) }
            case .end: if place == text.count { pending.append((instruction + 1, place)) }
            case .wordBoundary(let isNegative):
                if isWordBoundary(place) != isNegative { pending.append((instruction + 1, place)) }
            case .lookahead(let isNegative, let next):
                guard let matches = run(from: instruction + 1, at: place, isLookahead: true) else { return nil }
                if matches != isNegative { pending.append((next, place)) }
            case .match:
                // What was entered on the way to a failure fails from everywhere; after a success it is open again.
                for state in entered { visited[state >> 6] &= ~(1 << UInt64(state & 63)) }
                return true
            }
        }
        return false
    }

    private func isWordBoundary(_ place: Int) -> Bool {
        let before = place > 0 && ScalarSet.wordCharacters.contains(text[place - 1])
        let after = place < text.count && ScalarSet.wordCharacters.contains(text[place])
        return before != after
    }
}
