/// A folder or file of the client's that a server may work in.
public struct Root: Sendable, Hashable {
    /// A `file:` URI.
    public var uri: String
    /// The name for people.
    public var name: String?

    /// A root.
    public init(uri: String, name: String? = nil) {
        self.uri = uri
        self.name = name
    }
}
