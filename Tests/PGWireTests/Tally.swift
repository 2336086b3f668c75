import Synchronization

/// A number that several tasks change.
final class Tally: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    /// Adds one, and returns the sum.
    @discardableResult
    func add() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }

    /// Keeps the higher one of this number and another.
    func raise(to other: Int) {
        number.withLock { $0 = max($0, other) }
    }
}
