internal import Dispatch
internal import Glibc

/// Writes whole lines to a file descriptor, one after the other, on a thread that may block.
final class LineWriter: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "mcp.stdio.write")

    /// Writes to a descriptor, which stays the caller's.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Writes a line and the line feed after it, and returns when both are out; false when nobody reads any more.
    func write(_ line: [UInt8]) async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: writeAll(line + [UInt8(ascii: "\n")])) }
        }
    }

    private func writeAll(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe Glibc.poll(&poll, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
