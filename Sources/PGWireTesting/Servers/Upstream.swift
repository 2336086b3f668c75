import Glibc
import PGWire

/// Connects to the server that a recording is of, with blocking calls.
enum Upstream {
    static func connect(to address: PGAddress) throws(RecordingError) -> Int32 {
        switch address {
        case .unix(let path): return try connect(unix: path)
        case .tcp(let host, let port): return try connect(host: host, port: port)
        }
    }

    private static func connect(unix path: String) throws(RecordingError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room else { throw RecordingError("the path of the Unix socket is too long") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return try unsafe withUnsafePointer(to: &address) { (pointer) throws(RecordingError) in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (generic) throws(RecordingError) in
                try unsafe connect(AF_UNIX, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func connect(host: String, port: UInt16) throws(RecordingError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else { throw RecordingError("the host “\(host)” could not be found") }
        defer { unsafe freeaddrinfo(list) }
        var last = RecordingError("the host “\(host)” has no address")
        var next = unsafe list
        while let entry = unsafe next {
            do throws(RecordingError) {
                return try unsafe connect(entry.pointee.ai_family, entry.pointee.ai_addr, entry.pointee.ai_addrlen)
            } catch {
                last = error
            }
            unsafe next = entry.pointee.ai_next
        }
        throw last
    }

    private static func connect(
        _ family: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
    ) throws(RecordingError) -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw RecordingError("no socket: error \(errno)") }
        guard unsafe Glibc.connect(descriptor, address, length) == 0 else {
            let code = errno
            close(descriptor)
            throw unsafe RecordingError("could not connect: \(String(cString: strerror(code)))")
        }
        return descriptor
    }
}

/// Why a conversation could not be recorded.
public struct RecordingError: Error, Sendable, CustomStringConvertible {
    /// What was wrong.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
