/// The parameters of a query in the form in which Bind sends them, with the types that Parse declares.
///
/// Values are encoded once, when they are appended. A value that its type cannot hold is reported when the query runs,
/// since an interpolation cannot throw.
///
/// See Bind in [Message Formats](https://www.postgresql.org/docs/current/protocol-message-formats.html).
public struct PGParameters: Sendable {
    private struct Encoded: ~Copyable {
        var buffer = ByteBuffer(capacity: 64)
        var types: [PGType] = []
        var failure: PGError?

        mutating func append(_ value: some PGEncodable) {
            types.append(value.postgresType)
            do {
                try PGParameters.encode(value, into: &buffer)
            } catch {
                failure = failure ?? error
            }
        }

        mutating func append(contentsOf other: borrowing Encoded) {
            buffer.append(contentsOf: other.buffer)
            types += other.types
            failure = failure ?? other.failure
        }
    }

    private final class Storage: @unchecked Sendable {
        // @unchecked Sendable: it is written only while its owner is the single one (copy on write).
        // One property, since each access to one is checked at run time.
        var encoded = Encoded()
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
    public mutating func append(_ value: some PGEncodable) {
        modify { $0.append(value) }
    }

    /// Appends all parameters of another list.
    public mutating func append(contentsOf other: PGParameters) {
        guard let storage = other.storage else { return }
        modify { $0.append(contentsOf: storage.encoded) }
    }

    /// Keeps an error, to be reported when the query runs, unless there is one already.
    mutating func fail(_ error: PGError) {
        modify { $0.failure = $0.failure ?? error }
    }

    private mutating func modify(_ change: (inout Encoded) -> Void) {
        if isKnownUniquelyReferenced(&storage), let storage {
            change(&storage.encoded)
        } else {
            let copy = Storage()
            if let storage { copy.encoded.append(contentsOf: storage.encoded) }
            change(&copy.encoded)
            storage = copy
        }
    }

    /// Appends a value after its length, or -1 for NULL.
    static func encode(_ value: some PGEncodable, into buffer: inout ByteBuffer) throws(PGError) {
        let start = buffer.writePosition
        guard !value.isNull else {
            buffer.append(Int32(-1))
            return
        }
        buffer.append(Int32(0))
        do {
            try value.encode(into: &buffer)
        } catch {
            buffer.truncate(to: start)
            throw error
        }
        guard let length = Int32(exactly: buffer.writePosition - start - 4) else {
            buffer.truncate(to: start)
            throw PGError(.conversion, "A parameter is longer than 2 GiB", retry: .pointless)
        }
        buffer.replaceInt32(at: start, with: length)
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
