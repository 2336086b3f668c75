import Glibc
import PGWireTesting
import Synchronization

/// Ports of 127.0.0.1 that refuse whoever connects, as long as this lives.
public final class DeadPorts: Sendable {
    private let descriptors = Mutex<[Int32]>([])

    public init() {}

    deinit {
        for descriptor in descriptors.withLock({ $0 }) { close(descriptor) }
    }

    /// One more of them.
    public func next() throws -> UInt16 {
        let (descriptor, port) = try Loopback.reserve()
        descriptors.withLock { $0.append(descriptor) }
        return port
    }
}
