/// The family of protocol revisions that a session or a request speaks.
public enum Era: String, Sendable, Hashable {
    /// 2025-03-26 to 2025-11-25: initialize, Mcp-Session-Id.
    case legacy
    /// 2026-07-28: stateless requests, handles as arguments.
    case modern
}
