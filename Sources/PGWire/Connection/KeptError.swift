/// An error in a place where there most often is none: as an optional it takes one word, where a ``PGError`` takes sixteen
/// that are copied and looked through to see that there is none.
@usableFromInline
final class KeptError: Sendable {
    @usableFromInline let error: PGError

    @usableFromInline
    init(_ error: PGError) {
        self.error = error
    }
}
