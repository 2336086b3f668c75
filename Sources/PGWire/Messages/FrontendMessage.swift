/// The messages that the driver sends: each function appends one, whole, to a buffer.
///
/// A function that throws leaves the buffer as it was. See
/// [Message Formats](https://www.postgresql.org/docs/current/protocol-message-formats.html).
enum FrontendMessage {
    /// The most parameters that a statement can have: their number is sent in 16 bits.
    static let maximumParameters = Int(UInt16.max)

    /// The longest message that a server accepts, in bytes after the tag.
    private static let maximumLength = (1 << 30) - 1

    // MARK: Before the session

    /// StartupMessage, with the parameters in their order.
    static func startup(
        version: PGProtocolVersion = .v3_0, parameters: [(String, String)], into buffer: inout ByteBuffer
    ) throws(PGError) {
        for (name, value) in parameters {
            // An empty name would end the list.
            guard !name.isEmpty else {
                throw PGError(.configuration, "A startup parameter has no name", retry: .pointless)
            }
            try refuseNUL(in: name, .configuration, "The name of a startup parameter")
            try refuseNUL(in: value, .configuration, "The startup parameter \(name)")
        }
        let start = begin(nil, in: &buffer)
        buffer.append(version.number)
        for (name, value) in parameters {
            buffer.append(cString: name)
            buffer.append(cString: value)
        }
        buffer.append(UInt8(0))
        try end(start, tagged: false, in: &buffer)
    }

    /// SSLRequest.
    static func sslRequest(into buffer: inout ByteBuffer) {
        buffer.append(Int32(8))
        buffer.append(Int32(1234 << 16 | 5679))
    }

    /// CancelRequest, for a connection of its own.
    ///
    /// - Parameter secretKey: as BackendKeyData brought it, 4 to 256 bytes.
    static func cancelRequest(processID: Int32, secretKey: [UInt8], into buffer: inout ByteBuffer) {
        precondition((4...256).contains(secretKey.count), "a cancel key that BackendKeyData cannot have brought")
        buffer.append(Int32(12 + secretKey.count))
        buffer.append(Int32(1234 << 16 | 5678))
        buffer.append(processID)
        buffer.append(secretKey)
    }

    /// PasswordMessage: a password, or its md5 response.
    static func password(_ password: String, into buffer: inout ByteBuffer) throws(PGError) {
        try refuseNUL(in: password, .configuration, "The password")
        let start = begin(UInt8(ascii: "p"), in: &buffer)
        buffer.append(cString: password)
        try end(start, in: &buffer)
    }

    /// SASLInitialResponse.
    static func saslInitialResponse(
        mechanism: String, data: [UInt8], into buffer: inout ByteBuffer
    ) throws(PGError) {
        let start = begin(UInt8(ascii: "p"), in: &buffer)
        buffer.append(cString: mechanism)
        buffer.append(Int32(truncatingIfNeeded: data.count))
        buffer.append(data)
        try end(start, in: &buffer)
    }

    /// SASLResponse.
    static func saslResponse(_ data: [UInt8], into buffer: inout ByteBuffer) throws(PGError) {
        let start = begin(UInt8(ascii: "p"), in: &buffer)
        buffer.append(data)
        try end(start, in: &buffer)
    }

    // MARK: Queries

    /// Query: one or several statements, by the simple protocol.
    static func query(_ sql: String, into buffer: inout ByteBuffer) throws(PGError) {
        try refuseNUL(in: sql, .usage, "The SQL text")
        let start = begin(UInt8(ascii: "Q"), in: &buffer)
        buffer.append(cString: sql)
        try end(start, in: &buffer)
    }

    /// Parse: prepares a statement under a name, or the unnamed one.
    ///
    /// - Parameter types: the types of the first parameters; the server infers the others and those with 0.
    static func parse(
        name: String, sql: String, types: PGTypeList, into buffer: inout ByteBuffer
    ) throws(PGError) {
        try refuseNUL(in: name, .usage, "The name of a statement")
        try refuseNUL(in: sql, .usage, "The SQL text")
        try limitParameters(types.count)
        let start = begin(UInt8(ascii: "P"), in: &buffer)
        buffer.append(cString: name)
        buffer.append(cString: sql)
        buffer.append(UInt16(types.count))
        for type in types { buffer.append(type.rawValue) }
        try end(start, in: &buffer)
    }

    /// Bind, with every parameter in binary form.
    ///
    /// - Parameters:
    ///   - parameters: for each of `parameterCount` values an Int32 with its length and its bytes, or -1 for NULL.
    ///   - resultFormat: the form of all columns of the result.
    static func bind(
        portal: String = "", statement: String, parameterCount: Int, parameters: RawSpan,
        resultFormat: PGFormat = .binary, into buffer: inout ByteBuffer
    ) throws(PGError) {
        try bind(
            portal: portal, statement: statement, parameterCount: parameterCount, resultFormat: resultFormat,
            into: &buffer
        ) { $0.append(parameters) }
    }

    /// Bind, with every parameter in binary form.
    ///
    /// - Parameters:
    ///   - resultFormat: the form of all columns of the result.
    ///   - parameters: appends for each of `parameterCount` values an Int32 with its length and its bytes, or -1 for
    ///     NULL. What it throws leaves the buffer as it was.
    @inline(__always)
    static func bind(
        portal: String = "", statement: String, parameterCount: Int, resultFormat: PGFormat = .binary,
        into buffer: inout ByteBuffer, parameters: (inout ByteBuffer) throws(PGError) -> Void
    ) throws(PGError) {
        try refuseNUL(in: portal, .usage, "The name of a portal")
        try refuseNUL(in: statement, .usage, "The name of a statement")
        try bind(
            BindHead(portal: portal, statement: statement), parameterCount: parameterCount, resultFormat: resultFormat,
            into: &buffer, parameters: parameters)
    }

    /// Bind of a statement whose message begins with `head`; otherwise as the others.
    @inline(__always)
    static func bind(
        _ head: BindHead, parameterCount: Int, resultFormat: PGFormat = .binary, into buffer: inout ByteBuffer,
        parameters: (inout ByteBuffer) throws(PGError) -> Void
    ) throws(PGError) {
        try limitParameters(parameterCount)
        let start = buffer.writePosition
        buffer.append(head.bytes)
        buffer.append(UInt16(truncatingIfNeeded: parameterCount))
        do throws(PGError) {
            try parameters(&buffer)
        } catch {
            buffer.truncate(to: start)
            throw error
        }
        buffer.append(Int16(1))
        buffer.append(resultFormat.rawValue)
        try end(start, in: &buffer)
    }

    /// Describe of a prepared statement: its parameters and its columns.
    static func describe(statement name: String, into buffer: inout ByteBuffer) throws(PGError) {
        try named(UInt8(ascii: "D"), UInt8(ascii: "S"), name, into: &buffer)
    }

    /// Describe of a portal: its columns.
    static func describe(portal name: String, into buffer: inout ByteBuffer) throws(PGError) {
        try named(UInt8(ascii: "D"), UInt8(ascii: "P"), name, into: &buffer)
    }

    /// Execute.
    ///
    /// - Parameter maxRows: after how many rows the server suspends the portal; 0 is never.
    static func execute(portal: String = "", maxRows: Int32 = 0, into buffer: inout ByteBuffer) throws(PGError) {
        if !portal.isEmpty { try refuseNUL(in: portal, .usage, "The name of a portal") }
        let start = begin(UInt8(ascii: "E"), in: &buffer)
        if !portal.isEmpty { buffer.append(utf8: portal) }
        buffer.append(UInt8(0))
        buffer.append(maxRows)
        try end(start, in: &buffer)
    }

    /// Close of a prepared statement.
    static func close(statement name: String, into buffer: inout ByteBuffer) throws(PGError) {
        try named(UInt8(ascii: "C"), UInt8(ascii: "S"), name, into: &buffer)
    }

    /// Close of a portal.
    static func close(portal name: String, into buffer: inout ByteBuffer) throws(PGError) {
        try named(UInt8(ascii: "C"), UInt8(ascii: "P"), name, into: &buffer)
    }

    /// Sync.
    static func sync(into buffer: inout ByteBuffer) { bare(UInt8(ascii: "S"), into: &buffer) }

    /// Flush.
    static func flush(into buffer: inout ByteBuffer) { bare(UInt8(ascii: "H"), into: &buffer) }

    /// Terminate.
    static func terminate(into buffer: inout ByteBuffer) { bare(UInt8(ascii: "X"), into: &buffer) }

    // MARK: COPY

    /// CopyData.
    static func copyData(_ data: RawSpan, into buffer: inout ByteBuffer) throws(PGError) {
        let start = begin(UInt8(ascii: "d"), in: &buffer)
        buffer.append(data)
        try end(start, in: &buffer)
    }

    /// Begins a CopyData that is filled in place; ``endCopyData(_:into:)`` ends it.
    static func beginCopyData(into buffer: inout ByteBuffer) -> Int {
        begin(UInt8(ascii: "d"), in: &buffer)
    }

    /// Ends a CopyData that began at `start`.
    static func endCopyData(_ start: Int, into buffer: inout ByteBuffer) throws(PGError) {
        try end(start, in: &buffer)
    }

    /// CopyDone.
    static func copyDone(into buffer: inout ByteBuffer) { bare(UInt8(ascii: "c"), into: &buffer) }

    /// CopyFail, with the reason that the server puts into its error.
    static func copyFail(_ reason: String, into buffer: inout ByteBuffer) throws(PGError) {
        try refuseNUL(in: reason, .usage, "The reason for ending a COPY")
        let start = begin(UInt8(ascii: "f"), in: &buffer)
        buffer.append(cString: reason)
        try end(start, in: &buffer)
    }

    // MARK: Parts

    private static func bare(_ tag: UInt8, into buffer: inout ByteBuffer) {
        buffer.append(tag)
        buffer.append(Int32(4))
    }

    private static func named(
        _ tag: UInt8, _ kind: UInt8, _ name: String, into buffer: inout ByteBuffer
    ) throws(PGError) {
        try refuseNUL(in: name, .usage, "The name of a statement or a portal")
        let start = begin(tag, in: &buffer)
        buffer.append(kind)
        buffer.append(cString: name)
        try end(start, in: &buffer)
    }

    @inline(__always)
    private static func begin(_ tag: UInt8?, in buffer: inout ByteBuffer) -> Int {
        let start = buffer.writePosition
        if let tag { buffer.append(tag) }
        buffer.append(Int32(0))
        return start
    }

    @inline(__always)
    private static func end(_ start: Int, tagged: Bool = true, in buffer: inout ByteBuffer) throws(PGError) {
        let position = tagged ? start + 1 : start
        let length = buffer.writePosition - position
        guard length <= maximumLength else {
            buffer.truncate(to: start)
            throw tooLong(length)
        }
        buffer.replaceInt32(at: position, with: Int32(truncatingIfNeeded: length))
    }

    private static func tooLong(_ length: Int) -> PGError {
        PGError(
            .usage, "A message of \(length) bytes is more than a server accepts, 1 GiB; send it in parts",
            retry: .pointless)
    }

    private static func refuseNUL(in string: String, _ code: PGError.Code, _ what: String) throws(PGError) {
        guard string.hasNUL else { return }
        throw PGError(code, "\(what) holds U+0000, which PostgreSQL cannot take", retry: .pointless)
    }

    private static func limitParameters(_ count: Int) throws(PGError) {
        if !(0...maximumParameters).contains(count) { throw tooManyParameters(count) }
    }

    private static func tooManyParameters(_ count: Int) -> PGError {
        PGError(
            .usage,
            "A statement with \(count) parameters is more than PostgreSQL takes, \(maximumParameters); "
                + "pass an array instead",
            retry: .pointless)
    }
}
