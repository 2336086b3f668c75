/// Sends the data of a COPY … FROM STDIN.
///
/// Data is gathered and sent in large messages; a server that is slower than the writer makes the writer wait, so that no
/// more than about half a MiB is kept. See ``PGConnection/copyIn(_:timeout:_:)``.
///
/// See [COPY Operations](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY).
public struct PGCopyWriter: ~Copyable {
    /// How many bytes are gathered before they are sent.
    private static let messageSize = 64 << 10

    /// The form of the data, as the statement asked for it.
    public let format: PGFormat
    /// How many columns the data has; 0 where the server did not say.
    public let columnCount: Int

    private let session: Session
    private let reader: StreamReader
    private let timeout: Duration
    @usableFromInline var messages = ByteBuffer(capacity: messageSize + 1024)
    /// Where the CopyData message that is being filled begins.
    private var messageStart: Int?
    /// Whether rows of values are sent, after a header, and whether bytes are, of which the header is the caller's.
    private var hasHeader = false
    private var hasBytes = false

    init(_ response: CopyResponse, reader: StreamReader, timeout: Duration) {
        format = response.format
        columnCount = response.columnFormats.count
        session = reader.connection.session
        self.reader = reader
        self.timeout = timeout
    }

    /// Sends bytes in the form that the statement asked for; where one call ends and the next begins has no meaning.
    ///
    /// - Throws: ``PGError``: what the server refused the data with; ``PGError/Code/timeout`` where it took nothing for the
    ///   time that the call allowed; ``PGError/Code/cancelled``.
    nonisolated(nonsending) public mutating func write(_ bytes: [UInt8]) async throws(PGError) {
        // Long runs in parts, so that a server with a small limit takes them too.
        var rest = bytes[...]
        hasBytes = hasBytes || !bytes.isEmpty
        while !rest.isEmpty {
            openMessage()
            let part = rest.prefix(Self.messageSize)
            unsafe part.withUnsafeBytes { unsafe messages.append(RawSpan(_unsafeBytes: $0)) }
            rest = rest.dropFirst(part.count)
            if isFull { try await send() }
        }
    }

    /// Sends text in the form that the statement asked for, as its UTF-8 bytes.
    ///
    /// - Throws: ``PGError``, as for bytes.
    nonisolated(nonsending) public mutating func write(_ text: String) async throws(PGError) {
        try await write(Array(text.utf8))
    }

    /// Sends a row of a binary COPY: a value for each column, each of the column's very type.
    ///
    /// - Throws: ``PGError``, as `write(_:)`; with ``PGError/Code/conversion`` for a value that its type cannot
    ///   hold, and with ``PGError/Code/usage`` where the COPY is not binary or has another number of columns.
    @inlinable
    nonisolated(nonsending) public mutating func writeRow<each Value: PGEncodable>(
        _ values: repeat each Value
    ) async throws(PGError) {
        var count: Int16 = 0
        for _ in repeat (each Value).self { count += 1 }
        let start = try beginRow(count)
        do throws(PGError) {
            for value in repeat each values { try value.encodeField(into: &messages) }
        } catch {
            abortRow(start)
            throw error
        }
        if isFull { try await send() }
    }

    /// Begins a row of so many values, and returns where.
    @usableFromInline
    mutating func beginRow(_ count: Int16) throws(PGError) -> Int {
        guard columnCount == 0 || columnCount == Int(count) else {
            throw PGError(.usage, "The row has \(count) values and the COPY \(columnCount) columns", retry: .pointless)
        }
        openMessage()
        if !hasHeader {
            try beginBinary()
            hasHeader = true
        }
        let start = messages.writePosition
        messages.append(count)
        return start
    }

    @usableFromInline
    mutating func abortRow(_ start: Int) {
        messages.truncate(to: start)
    }

    @usableFromInline var isFull: Bool { messages.count >= Self.messageSize }

    private mutating func beginBinary() throws(PGError) {
        guard format == .binary else {
            throw PGError(.usage, "Rows of values need COPY … WITH (FORMAT binary)", retry: .pointless)
        }
        messages.append(PGCopyBinary.header)
    }

    private mutating func openMessage() {
        guard messageStart == nil else { return }
        messageStart = FrontendMessage.beginCopyData(into: &messages)
    }

    private mutating func closeMessage() throws(PGError) {
        guard let start = messageStart.take() else { return }
        try FrontendMessage.endCopyData(start, into: &messages)
    }

    @usableFromInline
    nonisolated(nonsending) mutating func send() async throws(PGError) {
        try closeMessage()
        guard !messages.isEmpty else { return }
        guard session.sendCopyData(&messages, of: reader.stream) else { throw await reader.failure() }
        guard !session.hasRoomForCopyData else { return }
        let deadline = MonotonicTime.now + timeout
        let (session, stream) = (session, reader.stream)
        await withTaskCancellationHandler {
            await stream.waitForRoom(until: deadline) {
                session.arm(deadline)
                return session.hasRoomForCopyData
            }
        } onCancel: {
            session.abandon(stream, PGError(.cancelled, "The COPY was cancelled", retry: .unknown))
        }
        guard reader.stream.isOpen else { throw await reader.failure() }
    }

    /// Sends what is left, and that it was all.
    nonisolated(nonsending) mutating func finish() async throws(PGError) {
        if format == .binary, !hasBytes {
            openMessage()
            if !hasHeader { try beginBinary() }
            messages.append(PGCopyBinary.trailer)
        }
        try await send()
        // From here on the server takes no refusal any more.
        if Task.isCancelled {
            throw reader.connection.located(PGError(.cancelled, "The COPY was cancelled", retry: .safe))
        }
        session.endCopy(of: reader.stream)
    }
}

/// What begins and ends the data of a binary COPY.
///
/// See [Binary Format](https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4).
enum PGCopyBinary {
    static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
    /// The signature, no flags, no extension.
    static let header: [UInt8] = signature + [0, 0, 0, 0, 0, 0, 0, 0]
    static let trailer: [UInt8] = [0xFF, 0xFF]
}
