/// Which side of a conversation says something.
///
/// A transcript writes it as libpq's trace does: `F` for the frontend, `B` for the backend.
public enum MessageOrigin: String, Sendable, Hashable, CaseIterable {
    /// The frontend.
    case client = "F"
    /// The backend.
    case server = "B"
}
