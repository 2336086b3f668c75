import Glibc

/// A thread that runs one closure and ends, for what blocks.
package enum BackgroundThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Returns whether the system gave a thread.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var handle = pthread_t()
        let work = unsafe Unmanaged.passRetained(Work(body))
        let status = unsafe pthread_create(
            &handle, nil,
            { context in
                unsafe Unmanaged<Work>.fromOpaque(context.unsafelyUnwrapped).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard status == 0 else {
            unsafe work.release()
            return false
        }
        pthread_detach(handle)
        return true
    }
}
