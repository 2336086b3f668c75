import Glibc

/// The address of a server in the form that connect(2) takes.
struct SocketAddress: Sendable, Equatable {
    private let bytes: [UInt8]

    /// `AF_INET`, `AF_INET6` or `AF_UNIX`.
    let family: CInt

    /// A copy of what the system made.
    init(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        unsafe family = CInt(address.pointee.sa_family)
        unsafe bytes = [UInt8](UnsafeRawBufferPointer(start: address, count: Int(length)))
    }

    /// The address of a Unix socket, in the abstract namespace where the path begins with `@`; nil where the path is
    /// longer than such an address can be.
    init?(unixPath path: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var utf8 = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !utf8.isEmpty, utf8.count < room, !utf8.contains(0) else { return nil }
        var length = MemoryLayout.size(ofValue: address)
        if utf8[0] == UInt8(ascii: "@") {
            // Such a name ends with the address, whose further zero bytes would be part of it.
            utf8[0] = 0
            length -= room - utf8.count
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: utf8) }
        family = AF_UNIX
        bytes = unsafe withUnsafeBytes(of: &address) { unsafe [UInt8]($0.prefix(length)) }
    }

    /// Whether it is that of a Unix socket.
    var isUnix: Bool { family == AF_UNIX }

    /// The IPv4 or IPv6 address in digits, without its port; nil for a Unix socket.
    var numericHost: String? {
        guard !isUnix else { return nil }
        return unsafe withSockAddr { address, length in
            unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
                guard let start = text.baseAddress,
                    unsafe getnameinfo(
                        address, length, start, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
                else { return nil }
                return unsafe String(validatingCString: start)
            }
        }
    }

    func withSockAddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafeTemporaryAllocation(
            byteCount: bytes.count, alignment: MemoryLayout<sockaddr_storage>.alignment
        ) { buffer in
            unsafe buffer.copyBytes(from: bytes)
            let pointer = unsafe buffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self)
            return unsafe body(pointer, socklen_t(bytes.count))
        }
    }
}
