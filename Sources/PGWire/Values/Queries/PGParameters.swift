/// The parameters of a query in the form in which Bind sends them, with the types that Parse declares.
///
/// Values are encoded once, when they are appended. A value that its type cannot hold is reported when the query runs,
/// since an interpolation cannot throw.
///
/// See Bind in [Message Formats](https://www.postgresql.org/docs/current/protocol-message-formats.html).
public struct PGParameters: Sendable {
    @usableFromInline
    struct Encoded: ~Copyable {
        @usableFromInline var buffer = ByteBuffer(capacity: 64)
        @usableFromInline var types: [PGType] = []
        @usableFromInline var failure: PGError?

        @inlinable
        mutating func append(_ value: some PGEncodable) {
            types.append(value.postgresType)
            do throws(PGError) {
                try value.encodeField(into: &buffer)
            } catch {
                fail(error)
            }
        }

        mutating func append(contentsOf other: borrowing Encoded) {
            buffer.append(contentsOf: other.buffer)
            types += other.types
            failure = failure ?? other.failure
        }

        @usableFromInline
        mutating func fail(_ error: PGError) {
            failure = failure ?? error
        }
    }

    @usableFromInline
    final class Storage: @unchecked Sendable {
        // @unchecked Sendable: it is written only while its owner is the single one (copy on write).
        // One property, since each access to one is checked at run time.
        @usableFromInline var encoded = Encoded()
    }

    /// Nil without parameters.
    private var storage: Storage?

    /// No parameters.
    public init() {}

    /// How many there are.
    public var count: Int { storage?.encoded.types.count ?? 0 }

    /// Their types, in order.
    var types: [PGType] { storage?.encoded.types ?? [] }

    /// Why they cannot be sent, if so.
    var failure: PGError? { storage?.encoded.failure }

    /// Appends a parameter.
    @inlinable
    public mutating func append(_ value: some PGEncodable) {
        uniqueStorage().encoded.append(value)
    }

    /// Appends all parameters of another list.
    public mutating func append(contentsOf other: PGParameters) {
        guard let storage = other.storage else { return }
        uniqueStorage().encoded.append(contentsOf: storage.encoded)
    }

    /// Keeps an error, to be reported when the query runs, unless there is one already.
    mutating func fail(_ error: PGError) {
        uniqueStorage().encoded.fail(error)
    }

    /// What may be written to, since nobody else has it.
    @usableFromInline
    mutating func uniqueStorage() -> Storage {
        if isKnownUniquelyReferenced(&storage), let storage { return storage }
        let copy = Storage()
        if let storage { copy.encoded.append(contentsOf: storage.encoded) }
        storage = copy
        return copy
    }

    /// Appends a Bind message with these parameters.
    func appendBind(portal: String = "", statement: String, to buffer: inout ByteBuffer) throws(PGError) {
        guard let storage else {
            try FrontendMessage.bind(
                portal: portal, statement: statement, parameterCount: 0, into: &buffer,
                parameters: { (_: inout ByteBuffer) throws(PGError) in })
            return
        }
        if let failure = storage.encoded.failure { throw failure }
        try FrontendMessage.bind(
            portal: portal, statement: statement, parameterCount: storage.encoded.types.count, into: &buffer
        ) {
            $0.append(contentsOf: storage.encoded.buffer)
        }
    }
}
