import Glibc
import Synchronization

/// Sockets on 127.0.0.1.
package enum Loopback {
    /// The system refused something.
    package struct Failure: Error, CustomStringConvertible {
        /// The system call.
        package let call: String
        /// Its error number.
        package let code: Int32

        package var description: String { "\(call) failed with error \(code)" }
    }

    /// Listens on a port; 0 is a free one.
    package static func listen(on port: UInt16 = 0) throws -> (descriptor: Int32, port: UInt16) {
        var attempts = 0
        while true {
            // Ports whose connections ended a moment ago are taken too: thousands of servers leave no others.
            let (descriptor, taken) = try reserve(port, reusing: true)
            if Glibc.listen(descriptor, 256) == 0 { return (descriptor, taken) }
            let code = errno
            close(descriptor)
            attempts += 1
            // Two that take a free port at once can be given the same; the second one to listen is refused.
            guard port == 0, code == EADDRINUSE, attempts < 10 else { throw Failure(call: "listen", code: code) }
        }
    }

    /// Takes a port, 0 being a free one, without listening on it: whoever connects is refused, and nobody else is given it.
    package static func reserve(
        _ port: UInt16 = 0, reusing isReused: Bool = false
    ) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = try open()
        if isReused {
            var one: Int32 = 1
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = address(port: port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let bound = unsafe bind(descriptor, generic, length)
                return unsafe bound == 0 ? getsockname(descriptor, generic, &length) : bound
            }
        }
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(call: "bind", code: code)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Connects to a port.
    package static func connect(to port: UInt16) throws -> Int32 {
        let descriptor = try open()
        var address = address(port: port)
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe Glibc.connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(call: "connect", code: code)
        }
        return descriptor
    }

    /// Where the system takes no port from for those who do not say which, so that a server that is away for a while finds
    /// its own again.
    private static let ownPorts: Range<UInt16> = 10_240..<32_768
    private static let given = Mutex<Set<UInt16>>([])

    /// A port that nobody listens on at the moment and that nobody is given by chance; never the same one again.
    package static func freePort() throws -> UInt16 {
        for _ in 0..<1_000 {
            let candidate = UInt16.random(in: ownPorts)
            guard given.withLock({ $0.insert(candidate).inserted }), let (descriptor, port) = try? reserve(candidate)
            else { continue }
            close(descriptor)
            return port
        }
        throw Failure(call: "bind", code: EADDRINUSE)
    }

    /// Has what is sent go out at once, however little it is.
    package static func sendAtOnce(_ descriptor: Int32) {
        var one: Int32 = 1
        unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Has what is sent wait for more, until that is over.
    package static func holdBack(_ descriptor: Int32, _ isHeldBack: Bool) {
        var value: Int32 = isHeldBack ? 1 : 0
        unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Has close(2) end the connection by a reset.
    package static func resetAtClose(_ descriptor: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    private static func open() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        return descriptor
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
