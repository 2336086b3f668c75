import Glibc

/// The error number that a system call left.
struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    let errno: CInt

    /// The error of the call just made on this thread.
    static var last: SystemError { SystemError(errno: Glibc.errno) }

    var description: String {
        // glibc's strerror is safe to call from any thread.
        unsafe String(cString: strerror(errno))
    }
}
