/// A value that was read.
public struct StoredValue: Sendable, Equatable {
    /// The value, as it was stored.
    public var value: JSONValue
    /// Grows with every write of the key; see ``SessionStore/storeValue(_:forKey:in:of:ifVersion:timeToLive:)``.
    public var version: Int64

    /// A value with these fields.
    public init(value: JSONValue, version: Int64) {
        self.value = value
        self.version = version
    }
}

/// What a write did.
public struct StoredValueReceipt: Sendable, Equatable {
    /// The version that the key has now.
    public var version: Int64
    /// Whether the key had no value before.
    public var created: Bool
    /// When the value expires, where it was given a lifetime of its own.
    public var expiresAt: Timestamp?

    /// A value with these fields.
    public init(version: Int64, created: Bool, expiresAt: Timestamp?) {
        self.version = version
        self.created = created
        self.expiresAt = expiresAt
    }
}

/// What an addition led to.
public struct StoredInteger: Sendable, Equatable {
    /// The sum, which is the key's value now.
    public var value: Int64
    /// The version that the key has now.
    public var version: Int64

    /// A value with these fields.
    public init(value: Int64, version: Int64) {
        self.value = value
        self.version = version
    }
}
