import Glibc

/// A thread that runs one closure and ends.
enum BackgroundThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func start(_ body: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        let work = unsafe Unmanaged.passRetained(Work(body))
        let status = unsafe pthread_create(
            &handle, nil,
            { context in
                unsafe Unmanaged<Work>.fromOpaque(context.unsafelyUnwrapped).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard status == 0 else { fatalError("the system gives no thread: error \(status)") }
        pthread_detach(handle)
    }

    /// Keeps a write to a connection that was closed, by libssl, from ending the process.
    static func ignoreBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
