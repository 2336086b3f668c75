internal import Logging

extension JSONRPCError {
    /// What a client is told when `initialize` could not open a session.
    init(openingSession error: SessionStoreError, logger: Logger) {
        switch error {
        case .quotaExceeded:
            self.init(.internalError, "There are too many sessions; try again later")
        case .unavailable(let reason):
            logger.error("storage unavailable", metadata: ["reason": "\(reason)"])
            self = .storageUnavailable
        default:
            logger.error("a session could not be opened", metadata: ["error": "\(error)"])
            self.init(.internalError, "The session could not be opened")
        }
    }
}
