/// The parameters of a query in the form in which Bind sends them, with the types that Parse declares.
///
/// Values are encoded once, when they are appended. A value that its type cannot hold is reported when the query runs,
/// since an interpolation cannot throw.
public struct PGParameters: Sendable {
    private final class Storage: @unchecked Sendable {
        // @unchecked Sendable: the buffer is written only while its owner is the single one (copy on write).
        var buffer = ByteBuffer(capacity: 64)
    }

    private var storage = Storage()
    private(set) var types: [PGType] = []
    private var failure: PGError?

    /// No parameters.
    public init() {}

    /// How many there are.
    public var count: Int { types.count }

    /// Appends a parameter.
    public mutating func append(_ value: some PGEncodable) {
        makeUnique()
        types.append(value.postgresType)
        do {
            try Self.encode(value, into: &storage.buffer)
        } catch {
            failure = failure ?? error
        }
    }

    /// Appends all parameters of another list.
    public mutating func append(contentsOf other: PGParameters) {
        makeUnique()
        storage.buffer.append(contentsOf: other.storage.buffer)
        types.append(contentsOf: other.types)
        failure = failure ?? other.failure
    }

    /// Keeps an error, to be reported when the query runs, unless there is one already.
    mutating func fail(_ error: PGError) {
        failure = failure ?? error
    }

    private mutating func makeUnique() {
        guard !isKnownUniquelyReferenced(&storage) else { return }
        let copy = Storage()
        copy.buffer.append(contentsOf: storage.buffer)
        storage = copy
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
        if let failure { throw failure }
        try FrontendMessage.bind(portal: portal, statement: statement, parameterCount: count, into: &buffer) {
            $0.append(contentsOf: storage.buffer)
        }
    }
}
