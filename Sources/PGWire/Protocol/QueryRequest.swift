/// What was sent for one place in a session's line, as far as it decides what has to come back.
struct QueryRequest: Sendable {
    enum Kind: Sendable {
        /// `[Close …] [Parse] [Bind] [Describe] [Execute] [Sync]`.
        case extended
        /// Query: any number of statements, whose results come as text.
        case simple
        /// The Sync that ends a pipeline.
        case sync
    }

    /// What is done when the statement turns out to be a COPY.
    enum Copy: Sendable {
        /// It is an error of the caller's.
        case refused
        /// It must be COPY … FROM STDIN.
        case input
        /// It must be COPY … TO STDOUT.
        case output
    }

    var kind = Kind.extended
    /// The statements for which Close messages went ahead.
    var closes: [String] = []
    /// Whether a Close of a portal went ahead.
    var closesPortal = false
    var parses = false
    var binds = true
    var executes = true
    /// Whether Execute has a row limit, at which the server may suspend the portal.
    var hasRowLimit = false
    /// The columns, where they are known from an earlier execution; otherwise a Describe was sent.
    var knownColumns: [PGColumn]?
    var copy = Copy.refused
    /// Whether rows are handed on as they come.
    var isStreamed = false
    /// Whether it is something that the server refuses, sent where a statement of a pipeline could not be.
    var isRefusal = false
    /// Whether a ReadyForQuery belongs to it: the statements of a pipeline share that of their Sync.
    var endsWithReady = true
}
