/// A suspended task, to be resumed exactly once: whoever takes it out of the state that guards it does so.
///
/// Unchecked, since the check takes as long as the wait. Every state that holds one gives it away only by replacing it.
@safe struct Waiter<Value: Sendable>: Sendable {
    private let continuation: UnsafeContinuation<Value, Never>

    /// Suspends the task until the waiter given to `body` is resumed.
    @inline(__always)
    static func wait(_ body: (Waiter) -> Void) async -> Value {
        await unsafe withUnsafeContinuation { unsafe body(Waiter(continuation: $0)) }
    }

    /// Lets the task go on.
    @inline(__always)
    func resume(_ value: sending Value) {
        unsafe continuation.resume(returning: value)
    }
}
