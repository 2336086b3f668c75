internal import Dispatch
internal import Glibc
internal import Synchronization

/// Reads lines from a file descriptor on a thread that may block, so that no thread of Swift's own pool has to.
///
/// Reading stops while as many lines as there are credits have not been given back by ``done()``: what a client sends
/// faster than it is served stays in the pipe.
final class LineReader: Sendable {
    private static let chunk = 64 * 1024
    /// The longest time in which ``stop()`` goes unnoticed.
    private static let slice = 250

    private let descriptor: Int32
    private let limit: Int
    private let credits: DispatchSemaphore
    private let isStopped = Mutex(false)
    private let queue = DispatchQueue(label: "mcp.stdio.read")

    /// Reads from a descriptor, which stays the caller's.
    init(_ descriptor: Int32, limit: Int, credits: Int) {
        self.descriptor = descriptor
        self.limit = limit
        self.credits = DispatchSemaphore(value: 0)
        // Raised by signals, as a semaphore must not be released below the value that it was made with.
        for _ in 0..<credits { self.credits.signal() }
    }

    /// The lines until the end of the input. To be called once.
    func lines() -> AsyncStream<LineSplitter.Line> {
        // The credits bound what waits in the stream.
        let (lines, continuation) = AsyncStream.makeStream(of: LineSplitter.Line.self, bufferingPolicy: .unbounded)
        queue.async { [self] in
            read(into: continuation)
            continuation.finish()
        }
        return lines
    }

    /// Says that a line was dealt with.
    func done() { credits.signal() }

    /// Ends the lines soon.
    func stop() { isStopped.withLock { $0 = true } }

    private func read(into continuation: AsyncStream<LineSplitter.Line>.Continuation) {
        var splitter = LineSplitter(limit: limit)
        var buffer = [UInt8](repeating: 0, count: Self.chunk)
        while let count = fill(&buffer) {
            let lines = count == 0 ? splitter.finish().map { [$0] } ?? [] : splitter.receive(buffer[..<count])
            for line in lines {
                guard takeCredit() else { return }
                continuation.yield(line)
            }
            if count == 0 { return }
        }
    }

    /// Waits for bytes and reads them: how many there are, 0 at the end of the input, nil when reading was stopped or
    /// failed.
    private func fill(_ buffer: inout [UInt8]) -> Int? {
        while !isStopped.withLock({ $0 }) {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = unsafe Glibc.poll(&poll, 1, Int32(Self.slice))
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            guard ready > 0 else { return nil }
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            guard errno == EINTR || errno == EAGAIN else { return nil }
        }
        return nil
    }

    private func takeCredit() -> Bool {
        while !isStopped.withLock({ $0 }) {
            if credits.wait(timeout: .now() + .milliseconds(Self.slice)) == .success { return true }
        }
        return false
    }
}
