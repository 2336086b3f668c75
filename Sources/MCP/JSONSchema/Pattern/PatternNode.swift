/// The syntax tree of a regular expression, as far as it matters to whether a text matches: groups do not capture and
/// greed makes no difference.
indirect enum PatternNode {
    case set(ScalarSet)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    case repeated(PatternNode, minimum: Int, maximum: Int?)
    case lookahead(PatternNode, isNegative: Bool)
    case start
    case end
    case wordBoundary(isNegative: Bool)
}

/// Why a regular expression cannot be used.
struct PatternError: Error, Equatable {
    /// One sentence for the schema's author.
    var message: String

    init(_ message: String) { self.message = message }
}
