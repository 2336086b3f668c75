/// Why a ``SessionStore`` did not do what it was asked.
public enum SessionStoreError: Error, Sendable, Equatable {
    /// There is no such session, or it is another principal's.
    case sessionUnknown
    /// There was such a session; its lifetime is over.
    case sessionExpired
    /// The key's version, given here, is not the one that the caller expected; 0 means that it has no value.
    case versionConflict(current: Int64)
    /// The key has a value that is no integer between -2⁶³ and 2⁶³ - 1, written without fraction and exponent.
    case notANumber
    /// The sum would lie beyond -2⁶³ or 2⁶³ - 1.
    case numberOutOfRange
    /// The session's limit would be exceeded; the text says which one it is.
    case quotaExceeded(String)
    /// An argument cannot be stored; the text says why.
    case invalidArgument(String)
    /// The stream or the event is not one of this session's.
    case streamUnknown
    /// The store cannot be reached or is not ready now; the text, free of secrets, says why. Trying later may help.
    case unavailable(String)
}
