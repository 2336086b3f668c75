import Synchronization

/// What a channel serves.
protocol ChannelDelegate: AnyObject, Sendable {
    /// Exchanges `batch`, which is empty, for the bytes that are to be sent, if there are any. Called by one thread at a
    /// time, whichever it is.
    ///
    /// - Parameter isEarly: Whether it is called again before the loop's turn ends.
    func exchangeOutgoing(_ batch: inout ByteBuffer, isEarly: Bool)

    /// Takes what it can use from the front of `input`. Called on the loop.
    func received(_ input: inout ByteBuffer)

    /// A time has come that a ``ChannelDeadline`` was asked for. Called on the loop.
    func deadlineReached(_ now: MonotonicTime)

    /// The channel has ended; nothing more comes. Called on the loop, once.
    func closed(_ error: PGError)
}

/// Tells a channel's delegate, as long as the channel is open, that a time has come.
///
/// The heap of deadlines refers weakly to what it tells, and every retain of what is weakly referred to takes four times
/// as long; the delegate is retained many times in a query, and this never.
final class ChannelDeadline: DeadlineTarget {
    private let channel: Channel

    init(_ channel: Channel) {
        self.channel = channel
    }

    func deadlineReached(_ now: MonotonicTime) {
        channel.delegate?.deadlineReached(now)
    }
}

/// An established connection in the hands of its loop: bytes out of and into the delegate's buffers, through TLS where
/// there is TLS. It knows nothing of what they mean.
@safe final class Channel: EventHandler, TurnEndHandler, @unchecked Sendable {
    // @unchecked Sendable: `reading` belongs to the loop's thread; `writing` to whoever has set `isWriting` under the
    // lock, and with TLS to the loop's thread as well. Everything else is immutable or guarded by `state`.

    private struct State {
        /// Whether a thread is in ``write()`` and owns `writing`.
        var isWriting = false
        /// Whether there is more to take since that thread last looked.
        var hasMore = false
        /// Whether the socket takes nothing until it becomes writable again.
        var isBlocked = false
        var isFlushScheduled = false
        /// Whether what is taken next is only the beginning of what the turn sends.
        var isEarly = false
        /// Nil before the start and after the end, as is the delegate.
        var registration: PGEventLoop.Registration?
        var delegate: (any ChannelDelegate)?
    }

    private struct Reading: ~Copyable {
        var input: ByteBuffer
        var ciphertext = ByteBuffer(capacity: 64)
        var tls: TLSSession?
        /// Whether the peer has ended TLS, behind the last of `input`.
        var hasEnded = false
        var registration: PGEventLoop.Registration?
        /// Whether nothing is read until ``Channel/resumeReading()``.
        var isPaused = false
        /// Whether epoll has announced the end of the stream, which it does only once.
        var hasHungUp = false
    }

    private struct Writing: ~Copyable {
        var batch = ByteBuffer(capacity: 4096)
        var ciphertext = ByteBuffer(capacity: 64)
    }

    private enum Bound {
        static let readSize = 32 << 10
        /// How many reads one connection gets before the others of the loop have their turn.
        static let readsPerTurn = 16
        /// What a buffer keeps once it is empty.
        static let idleCapacity = 256 << 10
    }

    private let loop: PGEventLoop
    private let socket: Socket
    private let isEncrypted: Bool
    private let state = Mutex(State())
    private let reading: UnsafeMutablePointer<Reading>
    private let writing: UnsafeMutablePointer<Writing>

    init(loop: PGEventLoop, parts: consuming ByteStream.Parts) {
        self.loop = loop
        socket = parts.socket
        var tls: TLSSession?
        swap(&tls, &parts.tls)
        isEncrypted = tls != nil
        var input = ByteBuffer(capacity: 16)
        swap(&input, &parts.input)
        unsafe reading = .allocate(capacity: 1)
        unsafe reading.initialize(to: Reading(input: input, tls: tls, hasEnded: parts.hasEnded))
        unsafe writing = .allocate(capacity: 1)
        unsafe writing.initialize(to: Writing())
    }

    deinit {
        unsafe reading.deinitialize(count: 1)
        unsafe reading.deallocate()
        unsafe writing.deinitialize(count: 1)
        unsafe writing.deallocate()
    }

    /// Begins to read for `delegate`, which the channel keeps until it ends. Called on the loop.
    func start(_ delegate: any ChannelDelegate) {
        do {
            let registration = try loop.register(socket.descriptor, self)
            state.withLock { state in
                state.delegate = delegate
                state.registration = registration
            }
        } catch {
            state.withLock { $0.delegate = delegate }
            end(PGError(.connectFailed, "The connection cannot be watched: \(error)", retry: .safe))
            return
        }
        if unsafe !reading.pointee.input.isEmpty { unsafe delegate.received(&reading.pointee.input) }
        guard unsafe !reading.pointee.hasEnded else { return end(.closedByServer) }
        // What another thread wanted sent before there was a delegate to take it from.
        flush()
    }

    /// Ends the channel; the delegate is told, once. Called on the loop.
    func end(_ error: PGError) {
        let (delegate, registration) = state.withLock { ($0.delegate.take(), $0.registration.take()) }
        guard let delegate else { return }
        if let registration { loop.deregister(registration, socket.descriptor) }
        socket.shutDown()
        delegate.closed(error)
    }

    /// Sends what can be sent at once, says goodbye in the words of TLS, and ends the channel.
    func close(_ reason: PGError) {
        loop.execute { [self] in
            // What arrived unread would make the kernel reset the connection before the goodbye is out. A server that goes
            // on sending is not waited for.
            unsafe reading.pointee.isPaused = false
            for _ in 0..<Bound.readsPerTurn {
                guard receiveOnce() > 0 else { break }
            }
            write()
            if isEncrypted {
                unsafe reading.pointee.tls?.end()
                write()
            }
            end(reason)
        }
    }

    fileprivate var delegate: (any ChannelDelegate)? { state.withLock { $0.delegate } }

    // MARK: Reading

    func ready(_ readiness: Readiness) {
        if readiness.allowsWriting { becameWritable() }
        guard readiness.allowsReading else { return }
        if !readiness.isDisjoint(with: [.error, .hangUp, .readHangUp]) { unsafe reading.pointee.hasHungUp = true }
        receive()
    }

    private func receive() {
        if unsafe reading.pointee.hasHungUp { receiveAll() } else { receiveTurn() }
    }

    /// Reads no further, so that the peer has to wait, until ``resumeReading()``. Called on the loop.
    func pauseReading() {
        unsafe reading.pointee.isPaused = true
    }

    /// Goes on reading where it was paused. May be called from any thread.
    func resumeReading() {
        loop.execute { [self] in
            guard unsafe reading.pointee.isPaused else { return }
            unsafe reading.pointee.isPaused = false
            receive()
        }
    }

    /// Reads until nothing is left, or until the other connections of the loop have waited long enough.
    private func receiveTurn() {
        for _ in 0..<Bound.readsPerTurn {
            // Less than there was room for means that the socket is empty now.
            guard receiveOnce() >= Bound.readSize else { return }
        }
        loop.execute { self.receiveTurn() }
    }

    /// Reads to the end of the stream, which epoll has announced and does not announce again.
    private func receiveAll() {
        while receiveOnce() > 0 {}
    }

    /// Reads once and returns how many bytes came, before decryption; 0 where there is nothing more to read now.
    private func receiveOnce() -> Int {
        guard unsafe !reading.pointee.isPaused, let delegate else { return 0 }
        do throws(PGError) {
            switch try receiveBytes() {
            case .wouldBlock:
                return 0
            case .bytes(let count):
                unsafe delegate.received(&reading.pointee.input)
                unsafe reading.pointee.input.shrink(to: Bound.idleCapacity)
                guard unsafe reading.pointee.hasEnded else { return count }
            case .end: break
            }
            throw PGError.closedByServer
        } catch {
            end(error)
            return 0
        }
    }

    private func receiveBytes() throws(PGError) -> Socket.Progress {
        let progress: Socket.Progress
        do {
            guard isEncrypted else {
                return try unsafe socket.receive(into: &reading.pointee.input, limit: Bound.readSize)
            }
            progress = try unsafe socket.receive(into: &reading.pointee.ciphertext, limit: Bound.readSize)
            guard case .bytes = progress else { return progress }
        } catch {
            throw PGError(.connectionClosed, "The connection broke: \(error)", retry: .unknown)
        }
        unsafe try reading.pointee.tls?.receive(&reading.pointee.ciphertext)
        let hasEnded = unsafe try reading.pointee.tls?.decrypt(into: &reading.pointee.input) ?? true
        unsafe reading.pointee.hasEnded = hasEnded
        // TLS may have something to say of its own, such as an answer to a change of keys.
        flush()
        return progress
    }

    // MARK: Writing

    /// Sends what the delegate has: at the end of the turn where the caller runs on the loop, otherwise at once, unless
    /// another thread is sending already and takes it along.
    func flush() {
        guard loop.isCurrent || isEncrypted else {
            write()
            return
        }
        let mustSchedule = state.withLock { state in
            defer { state.isFlushScheduled = true }
            return !state.isFlushScheduled
        }
        guard mustSchedule else { return }
        if loop.isCurrent { loop.atTurnEnd(self) } else { loop.execute { self.turnEnded() } }
    }

    /// Sends what the delegate has by now, where more is to come before the turn ends. For callers on the loop, after
    /// ``flush()``, which sends the rest; for others that one has done it.
    func flushEarly() {
        guard loop.isCurrent else { return }
        state.withLock { $0.isEarly = $0.isFlushScheduled }
        write()
    }

    func turnEnded() {
        state.withLock { state in
            state.isFlushScheduled = false
            state.isEarly = false
        }
        write()
    }

    private func becameWritable() {
        // While it is blocked, nobody else changes what is watched.
        if let registration = state.withLock({ $0.isBlocked ? $0.registration : nil }) {
            loop.watch(registration, socket.descriptor, writable: false)
        }
        let wasBlocked = state.withLock { state in
            defer { state.isBlocked = false }
            return state.isBlocked
        }
        if wasBlocked { write() }
    }

    private func write() {
        let delegate: (any ChannelDelegate)? = state.withLock { state in
            state.hasMore = true
            guard !state.isWriting, !state.isBlocked, let delegate = state.delegate else { return nil }
            state.isWriting = true
            return delegate
        }
        guard let delegate else { return }
        do throws(PGError) {
            while try sendAll(of: delegate) {}
        } catch {
            state.withLock { $0.isWriting = false }
            loop.execute { self.end(error) }
        }
    }

    /// Sends until the socket takes no more or nothing is left; false once the thread has given up its turn.
    private func sendAll(of delegate: any ChannelDelegate) throws(PGError) -> Bool {
        if unsafe writing.pointee.batch.isEmpty && writing.pointee.ciphertext.isEmpty { try fillBatch(from: delegate) }
        while unsafe !writing.pointee.batch.isEmpty || !writing.pointee.ciphertext.isEmpty {
            guard try sendOnce() else {
                let registration = state.withLock { state in
                    state.isBlocked = true
                    state.isWriting = false
                    return state.registration
                }
                if let registration { loop.watch(registration, socket.descriptor, writable: true) }
                return false
            }
        }
        unsafe writing.pointee.batch.shrink(to: Bound.idleCapacity)
        return state.withLock { state in
            state.isWriting = state.hasMore
            return state.hasMore
        }
    }

    private func fillBatch(from delegate: any ChannelDelegate) throws(PGError) {
        let isEarly = state.withLock { state in
            state.hasMore = false
            return state.isEarly
        }
        unsafe delegate.exchangeOutgoing(&writing.pointee.batch, isEarly: isEarly)
        guard isEncrypted else { return }
        unsafe try reading.pointee.tls?.encrypt(&writing.pointee.batch)
        unsafe reading.pointee.tls?.send(into: &writing.pointee.ciphertext)
    }

    /// Sends once; false where the socket takes nothing now.
    private func sendOnce() throws(PGError) -> Bool {
        do {
            let progress =
                isEncrypted
                ? try unsafe socket.send(from: &writing.pointee.ciphertext)
                : try unsafe socket.send(from: &writing.pointee.batch)
            if case .wouldBlock = progress { return false }
            return true
        } catch {
            throw PGError(.connectionClosed, "The connection broke: \(error)", retry: .unknown)
        }
    }
}

extension PGError {
    /// The peer has nothing more to say.
    fileprivate static let closedByServer = PGError(
        .connectionClosed, "The server closed the connection", retry: .unknown)
}
