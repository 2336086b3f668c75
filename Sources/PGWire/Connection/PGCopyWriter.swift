/// Sends the data of a COPY … FROM STDIN.
///
/// Data is gathered and sent in large messages; a server that is slower than the writer makes the writer wait, so that no
/// more than about half a MiB is kept. See ``PGConnection/copyIn(_:timeout:_:)``.
///
/// See [COPY Operations](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY).
public final class PGCopyWriter {
    /// How many bytes are gathered before they are sent.
    private static let messageSize = 64 << 10

    /// The form of the data, as the statement asked for it.
    public let format: PGFormat
    /// How many columns the data has; 0 where the server did not say.
    public let columnCount: Int

    private let session: Session
    private let reader: StreamReader
    private let timeout: Duration
    private var messages = ByteBuffer(capacity: messageSize + 1024)
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
    nonisolated(nonsending) public func write(_ bytes: [UInt8]) async throws(PGError) {
        // Long runs in parts, so that a server with a small limit takes them too.
        var rest = bytes[...]
        hasBytes = hasBytes || !bytes.isEmpty
        while !rest.isEmpty {
            openMessage()
            let part = rest.prefix(Self.messageSize)
            unsafe part.withUnsafeBytes { unsafe messages.append(RawSpan(_unsafeBytes: $0)) }
            rest = rest.dropFirst(part.count)
            try await sendIfFull()
        }
    }

    /// Sends text in the form that the statement asked for, as its UTF-8 bytes.
    ///
    /// - Throws: ``PGError``, as for bytes.
    nonisolated(nonsending) public func write(_ text: String) async throws(PGError) {
        try await write(Array(text.utf8))
    }

    /// Sends a row of a binary COPY: a value for each column, each of the column's very type.
    ///
    /// - Throws: ``PGError``, as `write(_:)`; with ``PGError/Code/conversion`` for a value that its type cannot
    ///   hold, and with ``PGError/Code/usage`` where the COPY is not binary or has another number of columns.
    nonisolated(nonsending) public func writeRow<each Value: PGEncodable>(
        _ values: repeat each Value
    ) async throws(PGError) {
        openMessage()
        let start = messages.writePosition
        do throws(PGError) {
            if !hasHeader { try beginBinary() }
            var count: Int16 = 0
            for _ in repeat (each Value).self { count += 1 }
            guard columnCount == 0 || columnCount == Int(count) else {
                throw PGError(
                    .usage, "The row has \(count) values and the COPY \(columnCount) columns", retry: .pointless)
            }
            messages.append(count)
            for value in repeat each values { try PGParameters.encode(value, into: &messages) }
        } catch {
            messages.truncate(to: start)
            throw error
        }
        hasHeader = true
        try await sendIfFull()
    }

    private func beginBinary() throws(PGError) {
        guard format == .binary else {
            throw PGError(.usage, "Rows of values need COPY … WITH (FORMAT binary)", retry: .pointless)
        }
        messages.append(PGCopyBinary.header)
    }

    private func openMessage() {
        guard messageStart == nil else { return }
        messageStart = FrontendMessage.beginCopyData(into: &messages)
    }

    private func closeMessage() throws(PGError) {
        guard let start = messageStart.take() else { return }
        try FrontendMessage.endCopyData(start, into: &messages)
    }

    nonisolated(nonsending) private func sendIfFull() async throws(PGError) {
        if messages.count >= Self.messageSize { try await send() }
    }

    nonisolated(nonsending) private func send() async throws(PGError) {
        try closeMessage()
        guard !messages.isEmpty else { return }
        guard session.sendCopyData(&messages, of: reader.stream) else { throw await reader.failure() }
        guard !session.hasRoomForCopyData else { return }
        let deadline = MonotonicTime.now + timeout
        await withTaskCancellationHandler {
            await reader.stream.waitForRoom(until: deadline) {
                session.arm(deadline)
                return session.hasRoomForCopyData
            }
        } onCancel: { [session, stream = reader.stream] in
            session.abandon(stream, PGError(.cancelled, "The COPY was cancelled", retry: .unknown))
        }
        guard reader.stream.isOpen else { throw await reader.failure() }
    }

    /// Sends what is left, and that it was all.
    nonisolated(nonsending) func finish() async throws(PGError) {
        if format == .binary, !hasBytes {
            openMessage()
            if !hasHeader { try beginBinary() }
            messages.append(PGCopyBinary.trailer)
        }
        try await send()
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
