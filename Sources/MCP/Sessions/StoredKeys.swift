/// A key that has a value.
public struct StoredKey: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The value's version.
    public var version: Int64
    /// The bytes of the value's JSON text.
    public var size: Int
    /// When the value expires, where it was given a lifetime of its own.
    public var expiresAt: Timestamp?

    /// A value with these fields.
    public init(key: String, version: Int64, size: Int, expiresAt: Timestamp?) {
        self.key = key
        self.version = version
        self.size = size
        self.expiresAt = expiresAt
    }
}

/// A page of keys.
public struct StoredKeys: Sendable, Equatable {
    /// The keys, in the order of their UTF-8 bytes.
    public var keys: [StoredKey]
    /// Where the next page begins; nil on the last one.
    public var next: KeyCursor?

    /// A value with these fields.
    public init(keys: [StoredKey], next: KeyCursor?) {
        self.keys = keys
        self.next = next
    }

    /// The page that these keys begin, of which one more was read than it has room for, where there is one.
    package init(_ found: [StoredKey], limit: Int) {
        keys = Array(found.prefix(limit))
        next = found.count > limit ? keys.last.map { KeyCursor(after: $0.key) } : nil
    }
}
