/// How much JSON text a parser takes before it refuses it.
public struct JSONLimits: Sendable, Hashable {
    /// How many arrays and objects may be open at once. 512 by default: `[[1]]` has depth 2.
    ///
    /// Comparing, hashing, writing and freeing a ``JSONValue`` recurse as deep as the value is nested, so this bounds
    /// their use of the stack too.
    public var maximumDepth: Int
    /// How many bytes the text may have. 16 MiB by default.
    public var maximumBytes: Int

    /// Limits for one parse.
    public init(maximumDepth: Int = 512, maximumBytes: Int = 16 << 20) {
        self.maximumDepth = maximumDepth
        self.maximumBytes = maximumBytes
    }

    /// 512 levels, 16 MiB.
    public static let `default` = JSONLimits()
}
