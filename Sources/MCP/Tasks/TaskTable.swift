internal import Digests
internal import Synchronization

/// The tasks of this process. They end with it.
///
/// Each has a lifetime, and there are at most ``maximumTasks``; those whose time is over make room.
final class TaskTable: Sendable {
    static let maximumTasks = 1000
    static let maximumTimeToLive: Duration = .seconds(24 * 3600)
    private static let pollInterval: Duration = .milliseconds(500)

    private let changes: any ChangeFeed
    private let tasks = Mutex<[String: RunningTask]>([:])

    init(changes: any ChangeFeed) { self.changes = changes }

    /// A task that does not run yet; nil where there are too many.
    func open(of principal: Principal, timeToLive: Duration) -> RunningTask? {
        let id = Base64.encodeURL(SecureRandom.bytes(24))
        let changes = changes
        let task = RunningTask(
            id: id, principal: principal, timeToLive: min(max(timeToLive, .seconds(1)), Self.maximumTimeToLive),
            pollInterval: Self.pollInterval, onChange: { changes.publish(.task(id: id)) })
        let isOpen = tasks.withLock { tasks in
            if tasks.count >= Self.maximumTasks {
                let now = Timestamp.now
                tasks = tasks.filter { now < $0.value.expiresAt }
            }
            guard tasks.count < Self.maximumTasks else { return false }
            tasks[id] = task
            return true
        }
        return isOpen ? task : nil
    }

    /// The task of this name, where it is this principal's and its time is not over.
    func task(_ id: String, of principal: Principal) -> RunningTask? {
        guard let task = tasks.withLock({ $0[id] }), task.principal == principal, Timestamp.now < task.expiresAt else {
            return nil
        }
        return task
    }
}
