/// Makes a task of the rest of a call.
struct TaskStarter: Sendable {
    /// Tells the server that the call is a task now.
    struct Started: Error {
        var task: RunningTask
    }

    let table: TaskTable
    /// What becomes of an error of the work.
    let failure: @Sendable (any Error) -> Result<CallToolResult, JSONRPCError>

    func start(
        _ context: RequestContext, timeToLive: Duration,
        _ work: @escaping @Sendable (RequestContext) async throws -> CallToolResult
    ) throws -> Started {
        guard let task = table.open(of: context.principal, timeToLive: timeToLive) else {
            throw SessionStoreError.quotaExceeded("there may be \(TaskTable.maximumTasks) tasks")
        }
        var inner = context
        inner.link = task
        inner.outlet = Outlet(isOpen: false)
        inner.deadline = nil
        inner.taskStarter = nil
        inner.task = task
        let (failure, version, taskContext) = (failure, context.version, inner)
        task.start {
            let outcome: Result<CallToolResult, JSONRPCError>
            do { outcome = .success(try await work(taskContext)) } catch { outcome = failure(error) }
            return outcome.map { $0.jsonObject(for: version) }
        }
        return Started(task: task)
    }
}
