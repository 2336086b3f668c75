import Glibc

/// Unix sockets of Linux's abstract namespace: no port is used up by those whose connections have ended, and no file is
/// left behind.
///
/// See [unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html), autobind.
enum AbstractSocket {
    /// Listens under a name that the system chooses, and returns it as the driver takes it.
    static func listen() throws -> (descriptor: Int32, path: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Loopback.Failure(call: "socket", code: errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let nameless = socklen_t(MemoryLayout<sa_family_t>.size)
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard unsafe bind(descriptor, generic, nameless) == 0, Glibc.listen(descriptor, 256) == 0 else {
                    return Int32(-1)
                }
                return unsafe getsockname(descriptor, generic, &length)
            }
        }
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw Loopback.Failure(call: "bind", code: code)
        }
        // Its name begins with a zero byte, for which the driver and libpq have `@`.
        let name = unsafe withUnsafeBytes(of: &address.sun_path) { room in
            unsafe [UInt8](room.prefix(Int(length - nameless)).dropFirst())
        }
        return (descriptor, "@" + String(decoding: name, as: UTF8.self))
    }
}
