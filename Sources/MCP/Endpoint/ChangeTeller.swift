#if Servers
internal import Logging

/// Tells legacy sessions of the changes that this process publishes, on their streams of changes in the store: whoever
/// reads or resumes one of them, on whatever instance, finds them there.
final class ChangeTeller: Sendable {
    private let telling: Task<Void, Never>

    init(changes: any ChangeFeed, sessions: any SessionStore, logger: Logger) {
        let published = changes.changes()
        telling = Task {
            for await change in published where change.isOwn {
                guard let notification = change.change.legacyNotification else { continue }
                var resource: String?
                if case .resource(let uri) = change.change { resource = uri }
                do throws(SessionStoreError) {
                    try await sessions.tell(notification.serialized(), ofResource: resource)
                } catch {
                    logger.warning("sessions were not told of a change", metadata: ["reason": "\(error)"])
                }
            }
        }
    }

    deinit { telling.cancel() }
}
#endif
