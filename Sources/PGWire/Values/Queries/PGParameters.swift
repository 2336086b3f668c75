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
        @usableFromInline var types = PGTypeList()
        @usableFromInline var failure: KeptError?

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
            types.append(contentsOf: other.types)
            failure = failure ?? other.failure
        }

        @usableFromInline
        mutating func fail(_ error: PGError) {
            failure = failure ?? KeptError(error)
        }
    }

    @usableFromInline
    final class Storage: @unchecked Sendable {
        // @unchecked Sendable: it is written only while its owner is the single one (copy on write).
        @usableFromInline @safe @exclusivity(unchecked) var encoded = Encoded()
    }

    /// Nil without parameters.
    private var storage: Storage?

    /// No parameters.
    public init() {}

    /// How many there are.
    public var count: Int { storage?.encoded.types.count ?? 0 }

    /// Their types, in order.
    var types: PGTypeList { storage?.encoded.types ?? PGTypeList() }

    /// Why they cannot be sent, if so.
    var failure: PGError? { storage?.encoded.failure?.error }

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
    func appendBind(_ head: BindHead, to buffer: inout ByteBuffer) throws(PGError) {
        if let failure { throw failure }
        try FrontendMessage.bind(head, parameterCount: count, into: &buffer) {
            if let storage { $0.append(contentsOf: storage.encoded.buffer) }
        }
    }
}
