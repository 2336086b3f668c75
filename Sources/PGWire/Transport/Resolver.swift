import Glibc
import Synchronization

/// Looks up the addresses of a host's name. getaddrinfo blocks and cannot be interrupted, so each look-up has a thread
/// of its own, of which there are never more than ``maximumLookups``.
enum Resolver {
    static let maximumLookups = 32
    /// More addresses of one name than anybody waits for.
    static let maximumAddresses = 64

    private static let running = Atomic<Int>(0)

    enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        case busy
        case deadline
        case cancelled
        case notFound(String)
        /// The name servers could not be asked, which may pass.
        case unavailable(String)

        /// Whether the same look-up may succeed later.
        var mayPass: Bool {
            if case .notFound = self { false } else { true }
        }

        var description: String {
            switch self {
            case .busy: "too many look-ups are under way"
            case .deadline: "the look-up took too long"
            case .cancelled: "the look-up was cancelled"
            case .notFound(let reason), .unavailable(let reason): reason
            }
        }
    }

    /// The addresses of `host`, in the order in which the system prefers them; never empty.
    static func addresses(
        of host: String, port: UInt16, on loop: PGEventLoop, until deadline: MonotonicTime
    ) async throws(Failure) -> [SocketAddress] {
        if let literal = numericAddresses(of: host, port: port) { return literal }
        let wait = LookUpWait()
        let result = await withTaskCancellationHandler {
            await wait.outcome.wait {
                loop.schedule(deadline, wait)
                start(host, port, wait)
            }
        } onCancel: {
            wait.outcome.end(.failure(.cancelled))
        }
        return try result.get()
    }

    /// The address that `host` is in digits; nil where it is a name.
    static func numericAddresses(of host: String, port: UInt16) -> [SocketAddress]? {
        try? lookUp(host, port, flags: AI_NUMERICHOST)
    }

    private static func start(_ host: String, _ port: UInt16, _ wait: LookUpWait) {
        let mayStart = running.wrappingAdd(1, ordering: .relaxed).newValue <= maximumLookups
        let hasStarted =
            mayStart
            && BackgroundThread.start {
                let result = Result { () throws(Failure) in try lookUp(host, port, flags: AI_ADDRCONFIG) }
                running.wrappingSubtract(1, ordering: .relaxed)
                wait.outcome.end(result)
            }
        guard !hasStarted else { return }
        running.wrappingSubtract(1, ordering: .relaxed)
        wait.outcome.end(.failure(.busy))
    }

    private static func lookUp(_ host: String, _ port: UInt16, flags: CInt) throws(Failure) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, String(port), &hints, &list)
        defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
        guard status == 0 else { throw failure(status) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next, addresses.count < maximumAddresses {
            if let address = unsafe entry.pointee.ai_addr {
                unsafe addresses.append(SocketAddress(address, length: entry.pointee.ai_addrlen))
            }
            unsafe next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw .notFound("no address") }
        return addresses
    }

    /// What a status of getaddrinfo(3) means.
    static func failure(_ status: CInt) -> Failure {
        let reason = unsafe String(cString: gai_strerror(status))
        return switch status {
        case EAI_AGAIN, EAI_SYSTEM, EAI_MEMORY: .unavailable(reason)
        default: .notFound(reason)
        }
    }
}

/// The wait for a look-up, which goes on by itself when nobody waits any more.
private final class LookUpWait: DeadlineTarget {
    let outcome = OneShot<Result<[SocketAddress], Resolver.Failure>>()

    func deadlineReached(_ now: MonotonicTime) {
        outcome.end(.failure(.deadline))
    }
}
