import Glibc
import PGWire

/// A thread in which a test's server waits for its clients.
enum ServerThread {
    static func start(_ body: @escaping @Sendable () -> Void) {
        let hasStarted = BackgroundThread.start {
            ignoreBrokenPipes()
            body()
        }
        guard hasStarted else { fatalError("the system gives no thread") }
    }

    /// Keeps a write to a connection that was closed, by libssl, from ending the process.
    private static func ignoreBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
