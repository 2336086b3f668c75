/// Reads an ECMA-262 regular expression in Unicode mode.
///
/// Backreferences, lookbehind and scripts (`\p{Script=…}`) are refused: the first cannot be matched in bounded time.
struct PatternParser {
    /// How deep groups may be nested, which bounds the recursion here and in the compiler.
    private static let maximumDepth = 64

    var scalars: [Unicode.Scalar]
    var position = 0
    private var depth = 0

    private init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    static func parse(_ pattern: String) throws(PatternError) -> PatternNode {
        var parser = PatternParser(pattern)
        let node = try parser.parseAlternatives()
        guard parser.position == parser.scalars.count else { throw PatternError("it has a ) without its (") }
        return node
    }

    var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func accept(_ text: String) -> Bool {
        guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    private mutating func parseAlternatives() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw PatternError("its groups are nested too deeply") }
        var alternatives = [try parseSequence()]
        while accept("|") { alternatives.append(try parseSequence()) }
        return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
    }

    private mutating func parseSequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let (node, isRepeatable) = try parseTerm()
            nodes.append(try parseQuantifier(of: node, isRepeatable: isRepeatable))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func parseTerm() throws(PatternError) -> (PatternNode, isRepeatable: Bool) {
        if accept("^") { return (.start, false) }
        if accept("$") { return (.end, false) }
        if accept("\\b") { return (.wordBoundary(isNegative: false), false) }
        if accept("\\B") { return (.wordBoundary(isNegative: true), false) }
        if accept("(") { return try parseGroup() }
        if accept(".") { return (.set(.notLineTerminator), true) }
        if accept("[") { return (.set(try parseClass()), true) }
        if accept("\\") { return (.set(try parseEscape(inClass: false)), true) }
        guard let scalar = next, !"*+?{}]".unicodeScalars.contains(scalar) else {
            throw PatternError("the character at place \(position) must be escaped or has nothing to repeat")
        }
        position += 1
        return (.set(.scalar(scalar.value)), true)
    }

    private mutating func parseGroup() throws(PatternError) -> (PatternNode, isRepeatable: Bool) {
        var lookahead: Bool?
        if accept("?=") {
            lookahead = false
        } else if accept("?!") {
            lookahead = true
        } else if accept("?<=") || accept("?<!") {
            throw PatternError("lookbehind is not supported")
        } else if accept("?<") {
            while let scalar = next, scalar != ">" { position += scalar == ")" ? scalars.count : 1 }
            guard position < scalars.count, accept(">") else { throw PatternError("a group's name has no end") }
        } else if !accept("?:"), accept("?") {
            throw PatternError("a group starts with an unknown construct")
        }
        let node = try parseAlternatives()
        guard accept(")") else { throw PatternError("a ( has no )") }
        guard let lookahead else { return (node, true) }
        return (.lookahead(node, isNegative: lookahead), false)
    }

    private mutating func parseQuantifier(
        of node: PatternNode, isRepeatable: Bool
    ) throws(PatternError) -> PatternNode {
        var range: (Int, Int?)?
        if accept("*") {
            range = (0, nil)
        } else if accept("+") {
            range = (1, nil)
        } else if accept("?") {
            range = (0, 1)
        } else if accept("{") {
            let minimum = try parseCount()
            var maximum: Int? = minimum
            if accept(",") { maximum = next == "}" ? nil : try parseCount() }
            guard accept("}") else { throw PatternError("a repetition count has no }") }
            if let maximum, maximum < minimum { throw PatternError("a repetition's bounds are out of order") }
            range = (minimum, maximum)
        }
        guard let range else { return node }
        guard isRepeatable else { throw PatternError("an assertion cannot be repeated") }
        _ = accept("?")
        return .repeated(node, minimum: range.0, maximum: range.1)
    }

    private mutating func parseCount() throws(PatternError) -> Int {
        var digits = ""
        while let scalar = next, ("0"..."9").contains(scalar) {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        guard let count = Int(digits), count <= PatternProgram.maximumInstructions else {
            throw PatternError("a repetition count is missing or too large")
        }
        return count
    }

    private mutating func parseClass() throws(PatternError) -> ScalarSet {
        let isNegative = accept("^")
        var items: [ScalarSet.Item] = []
        while !accept("]") {
            let first = try parseClassAtom()
            guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                items.append(.set(first))
                continue
            }
            position += 1
            let last = try parseClassAtom()
            guard let lower = first.singleValue, let upper = last.singleValue, lower <= upper else {
                throw PatternError("a character range is out of order or starts or ends in a class")
            }
            items.append(.range(lower...upper))
        }
        return ScalarSet(items: items, isNegative: isNegative)
    }

    private mutating func parseClassAtom() throws(PatternError) -> ScalarSet {
        if accept("\\") { return try parseEscape(inClass: true) }
        guard let scalar = next else { throw PatternError("a [ has no ]") }
        position += 1
        return .scalar(scalar.value)
    }
}

extension ScalarSet {
    /// The one scalar that the set was made of, if it was.
    fileprivate var singleValue: UInt32? {
        guard !isNegative, items.count == 1, case .range(let range) = items[0], range.count == 1 else { return nil }
        return range.lowerBound
    }
}
