/// Whether a tool's calls may go on as tasks (extension `io.modelcontextprotocol/tasks`).
public enum TaskSupport: Sendable, Hashable {
    /// They never do.
    case forbidden
    /// They do where the client knows tasks and the tool calls ``RequestContext/inTask(timeToLive:_:)``.
    case optional
    /// A modern client that does not know tasks is refused; a legacy one waits for the result.
    case required
}
