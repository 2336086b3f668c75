extension CallToolResult {
    /// What a store's error tells the model: a code, and what to do about it.
    public static func failure(_ error: SessionStoreError) -> CallToolResult {
        switch error {
        case .sessionUnknown:
            failure(code: "session_unknown", message: "There is no such session. Open a new one and use its handle.")
        case .sessionExpired:
            failure(
                code: "session_expired",
                message: "The session's lifetime is over and its values are gone. Open a new one and use its handle.")
        case .versionConflict(let current):
            failure(
                code: "version_conflict",
                message: "The key has another version than if_version says; 0 means that it has no value. "
                    + "Read it again and decide anew.", details: ["current_version": JSONValue(current)])
        case .notANumber:
            failure(
                code: "not_a_number",
                message:
                    "The key's value is no integer of 64 bits, so nothing can be added to it. Store an integer first.")
        case .numberOutOfRange:
            failure(
                code: "invalid_argument", message: "The sum does not fit an integer of 64 bits; nothing was changed.")
        case .quotaExceeded(let limit):
            failure(code: "quota_exceeded", message: "\(limit). Delete something or store less.")
        case .invalidArgument(let reason):
            failure(code: "invalid_argument", message: reason)
        case .streamUnknown:
            failure(code: "internal_error", message: "The tool failed.")
        case .unavailable:
            // The reason goes to the log: a store of somebody else's may put into it what no client should read.
            failure(
                code: "storage_unavailable",
                message:
                    "storage unavailable. What was stored is kept; whether this call changed anything is not known. "
                    + "Try again in a moment.")
        }
    }
}
