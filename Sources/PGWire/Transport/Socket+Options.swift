import CLinux
import Glibc

extension Socket {
    /// Sets how the system notices that the peer is gone; what the configuration leaves open stays as the system has it.
    func apply(_ options: PGTCPConfiguration) throws(SystemError) {
        let protocolNumber = CInt(IPPROTO_TCP)
        if options.keepsAlive {
            try setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
            try setPositive(TCP_KEEPIDLE, options.keepAliveIdle?.wholeSeconds)
            try setPositive(TCP_KEEPINTVL, options.keepAliveInterval?.wholeSeconds)
            try setPositive(TCP_KEEPCNT, options.keepAliveCount.map(Int64.init))
        }
        let timeout = options.userTimeout?.components
        try setPositive(
            TCP_USER_TIMEOUT, timeout.map { $0.seconds * 1000 + $0.attoseconds / 1_000_000_000_000_000 })

        func setPositive(_ name: CInt, _ value: Int64?) throws(SystemError) {
            guard let value, value > 0 else { return }
            try setOption(protocolNumber, name, CInt(clamping: value))
        }
    }

    func setOption(_ level: CInt, _ name: CInt, _ value: CInt) throws(SystemError) {
        var value = value
        let status = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
        guard status == 0 else { throw SystemError.last }
    }

    /// An option's value.
    func option(_ level: CInt, _ name: CInt) throws(SystemError) -> CInt {
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        guard unsafe getsockopt(descriptor, level, name, &value, &length) == 0 else { throw SystemError.last }
        return value
    }
}

extension Duration {
    /// Its seconds, a part of one rounded up, so that what is short does not become zero.
    fileprivate var wholeSeconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
