#if Servers
import Glibc

/// What the program itself says; its log goes through swift-log.
enum StandardStreams {
    /// Writes a line for who waits for it, at once, whatever standard output is connected to.
    static func writeOutput(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    /// Writes to standard error.
    static func writeError(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return  // nobody reads it
            }
            rest = rest.dropFirst(count)
        }
    }
}
#endif
