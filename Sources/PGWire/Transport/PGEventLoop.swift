import CLinux
import Glibc
import Synchronization

/// A thread that waits in epoll and runs Swift tasks between its waits.
///
/// Connections belong to one loop each. A task that runs with its connection's loop as executor preference is resumed
/// on the thread that read the answer, and what it sends is gathered to the end of the loop's turn:
/// ```swift
/// await withTaskExecutorPreference(PGEventLoop.any()) { try await pool.query("SELECT 1") }
/// ```
/// A task that runs elsewhere works the same; it costs one change of thread more for each query.
///
/// Loops are made by ``shared`` and live as long as the process, since tasks hold their executor unowned.
@safe public final class PGEventLoop: TaskExecutor, @unchecked Sendable {
    // @unchecked Sendable: `loopOwned` is touched by the loop's thread alone, which `onLoop` functions check; everything
    // else is immutable or guarded by `inbox`.

    private struct Inbox: ~Copyable {
        var jobs: [UnownedJob] = []
        var operations: [@Sendable () -> Void] = []
        /// Whether the thread is, or is about to be, in epoll_wait without having seen what is here.
        var isAsleep = false
    }

    private struct LoopOwned {
        var handlers = HandlerTable()
        var deadlines = DeadlineHeap()
        var turnEndHandlers: [any TurnEndHandler] = []
        var jobs: [UnownedJob] = []
        var operations: [@Sendable () -> Void] = []
    }

    /// A descriptor's place in a loop; never used again, so that a late event finds nobody.
    struct Registration: Hashable, Sendable {
        let rawValue: UInt64
    }

    private let inbox = Mutex(Inbox())
    private let loopOwned: UnsafeMutablePointer<LoopOwned>
    private let epoll: CInt
    private let wakeUp: CInt
    private let thread = Atomic<UInt>(0)

    /// The process's loops: as many as there are processors, and at least two.
    public static let shared: [PGEventLoop] = (0..<max(2, min(processorCount, 64))).map { _ in PGEventLoop() }

    private static let next = Atomic<Int>(0)

    private static var processorCount: Int { Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

    /// One of ``shared``, each in its turn.
    public static func any() -> PGEventLoop {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return shared[Int(UInt(bitPattern: turn) % UInt(shared.count))]
    }

    private init() {
        unsafe loopOwned = .allocate(capacity: 1)
        unsafe loopOwned.initialize(to: LoopOwned())
        epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
        guard epoll >= 0, wakeUp >= 0 else {
            // A process without two descriptors left at its first connection has no way to go on.
            fatalError("PGWire: no descriptors left for an event loop: \(SystemError.last)")
        }
        var event = unsafe epoll_event(events: Readiness.readable.rawValue, data: epoll_data_t(u64: 0))
        unsafe epoll_ctl(epoll, CInt(EPOLL_CTL_ADD), wakeUp, &event)
        startThread()
    }

    private func startThread() {
        var handle = pthread_t()
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let status = unsafe pthread_create(
            &handle, nil,
            { context in
                let loop = unsafe Unmanaged<PGEventLoop>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
                loop.run()
                return nil
            }, context)
        guard status == 0 else { fatalError("PGWire: no thread for an event loop: \(SystemError(errno: status))") }
        pthread_detach(handle)
    }

    // MARK: From any thread

    /// Whether the caller runs on this loop's thread.
    var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Runs a job on the loop's thread; called by the Swift runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustWake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            return Self.noteArrival(&inbox)
        }
        if mustWake { wake() }
    }

    /// Runs `operation` on the loop's thread, in a turn to come.
    func execute(_ operation: @escaping @Sendable () -> Void) {
        let mustWake = inbox.withLock { inbox in
            inbox.operations.append(operation)
            return Self.noteArrival(&inbox)
        }
        if mustWake { wake() }
    }

    private static func noteArrival(_ inbox: inout Inbox) -> Bool {
        defer { inbox.isAsleep = false }
        return inbox.isAsleep
    }

    private func wake() {
        var one: UInt64 = 1
        _ = unsafe write(wakeUp, &one, 8)
    }

    /// Tells `target` on the loop once `time` has come.
    func schedule(_ time: MonotonicTime, _ target: any DeadlineTarget) {
        if isCurrent {
            unsafe loopOwned.pointee.deadlines.insert(time, target)
        } else {
            execute { [self] in unsafe loopOwned.pointee.deadlines.insert(time, target) }
        }
    }

    // MARK: On the loop

    /// Watches a descriptor, edge-triggered, for bytes and for its end; for room to write only where that is `wanted`,
    /// since a Unix socket announces room after each message that the peer has read.
    func register(
        _ descriptor: CInt, _ handler: any EventHandler, writable isWanted: Bool = false
    ) throws(SystemError) -> Registration {
        checkOnLoop()
        let registration = unsafe loopOwned.pointee.handlers.insert(handler)
        guard control(EPOLL_CTL_ADD, registration, descriptor, isWanted) == 0 else {
            let error = SystemError.last
            _ = unsafe loopOwned.pointee.handlers.remove(registration)
            throw error
        }
        return registration
    }

    /// Changes whether room to write is announced; where there is room already, that is announced at once. Called by any
    /// thread, also after the end of the registration, when it does nothing.
    func watch(_ registration: Registration, _ descriptor: CInt, writable isWanted: Bool) {
        _ = control(EPOLL_CTL_MOD, registration, descriptor, isWanted)
    }

    private func control(
        _ operation: Int32, _ registration: Registration, _ descriptor: CInt, _ watchesWriting: Bool
    ) -> CInt {
        let interest: Readiness = watchesWriting ? [.readable, .writable, .readHangUp] : [.readable, .readHangUp]
        var event = unsafe epoll_event(
            events: interest.rawValue | (1 << 31),  // EPOLLET
            data: epoll_data_t(u64: registration.rawValue))
        return unsafe epoll_ctl(epoll, CInt(operation), descriptor, &event)
    }

    /// Stops watching; the handler hears nothing any more, not even what epoll has already reported.
    func deregister(_ registration: Registration, _ descriptor: CInt) {
        checkOnLoop()
        guard unsafe loopOwned.pointee.handlers.remove(registration) else { return }
        var event = unsafe epoll_event()
        unsafe epoll_ctl(epoll, CInt(EPOLL_CTL_DEL), descriptor, &event)
    }

    /// Tells `handler` when this turn ends.
    func atTurnEnd(_ handler: any TurnEndHandler) {
        checkOnLoop()
        unsafe loopOwned.pointee.turnEndHandlers.append(handler)
    }

    private func checkOnLoop() {
        precondition(isCurrent, "called from another thread than the loop's")
    }

    // MARK: The thread

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 256) { events in
            while true {
                runJobs()
                endTurn()
                let timeout = sleepTime()
                let count = unsafe epoll_wait(epoll, events.baseAddress, CInt(events.count), timeout)
                inbox.withLock { $0.isAsleep = false }
                for index in 0..<max(0, Int(count)) { unsafe dispatch(events[index]) }
                reachDeadlines()
            }
        }
    }

    private func runJobs() {
        inbox.withLock { inbox in
            unsafe swap(&inbox.jobs, &loopOwned.pointee.jobs)
            unsafe swap(&inbox.operations, &loopOwned.pointee.operations)
        }
        // The arrays are moved out while they run, since what runs may schedule more.
        if unsafe !loopOwned.pointee.operations.isEmpty {
            var operations: [@Sendable () -> Void] = []
            unsafe swap(&operations, &loopOwned.pointee.operations)
            for operation in operations { operation() }
        }
        guard unsafe !loopOwned.pointee.jobs.isEmpty else { return }
        var jobs: [UnownedJob] = []
        unsafe swap(&jobs, &loopOwned.pointee.jobs)
        for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        jobs.removeAll(keepingCapacity: true)
        unsafe swap(&jobs, &loopOwned.pointee.jobs)
    }

    private func endTurn() {
        while let handler = unsafe loopOwned.pointee.turnEndHandlers.popLast() { handler.turnEnded() }
    }

    /// How long epoll may wait, in milliseconds; -1 is for ever. From here until the wait ends, an arrival wakes.
    private func sleepTime() -> CInt {
        let isIdle = inbox.withLock { inbox in
            inbox.isAsleep = inbox.jobs.isEmpty && inbox.operations.isEmpty
            return inbox.isAsleep
        }
        guard isIdle else { return 0 }
        guard let earliest = unsafe loopOwned.pointee.deadlines.earliest else { return -1 }
        return earliest.milliseconds(from: .now)
    }

    private func dispatch(_ event: epoll_event) {
        let number = unsafe event.data.u64
        guard number != 0 else {
            var count: UInt64 = 0
            _ = unsafe read(wakeUp, &count, 8)
            return
        }
        guard let handler = unsafe loopOwned.pointee.handlers[Registration(rawValue: number)] else { return }
        unsafe handler.ready(Readiness(rawValue: event.events))
    }

    private func reachDeadlines() {
        guard unsafe loopOwned.pointee.deadlines.earliest != nil else { return }
        let now = MonotonicTime.now
        while let target = unsafe loopOwned.pointee.deadlines.removeDue(at: now) { target.deadlineReached(now) }
    }
}
