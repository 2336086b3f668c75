/// Who a session belongs to. Without authentication everyone is ``anonymous`` and the handle is the only secret.
public struct Principal: Sendable {
    /// The name that authentication gave; empty for ``anonymous``.
    public let name: String

    /// A principal of this name.
    public init(name: String) { self.name = name }

    /// The principal of requests that carry no authenticated identity.
    public static let anonymous = Principal(name: "")
}

extension Principal: Hashable {
    /// Whether the names are the same bytes; String's own equality would let two different names share sessions.
    public static func == (left: Principal, right: Principal) -> Bool { left.name.hasSameBytes(as: right.name) }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) { ByteExactString(name).hash(into: &hasher) }
}
