/// Reads the fields of one message or one value from its front to its end, checking every length against what is there.
///
/// Nothing it reads can be out of bounds: each read that asks for more than there is throws ``ByteReader/Failure``, to
/// which the caller adds what it was reading.
public struct ByteReader: ~Escapable {
    /// Why a read failed.
    public enum Failure: Error, Sendable, Equatable {
        /// Fewer bytes are left than the field needs.
        case truncated
        /// A string has no terminating zero byte.
        case unterminatedString
        /// A string is not valid UTF-8.
        case invalidUTF8
        /// Bytes are left where the message should have ended.
        case trailingBytes
        /// A count, a code or a flag has a value that it cannot have.
        case invalidValue
    }

    private let bytes: RawSpan
    private var offset = 0

    /// A reader that stands at the first of `bytes`.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    /// The number of bytes not yet read.
    public var remaining: Int { bytes.byteCount - offset }

    /// Reads an integer in network byte order.
    ///
    /// - Throws: ``Failure/truncated``.
    @inline(__always)
    @_lifetime(self: copy self)
    public mutating func read<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) throws(Failure) -> T {
        guard remaining >= MemoryLayout<T>.size else { throw .truncated }
        let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: T.self)
        offset += MemoryLayout<T>.size
        return T(bigEndian: value)
    }

    /// Reads `count` bytes in place.
    ///
    /// - Throws: ``Failure/truncated``, also where `count` is negative.
    @inline(__always)
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    public mutating func readBytes(_ count: Int) throws(Failure) -> RawSpan {
        guard count >= 0, count <= remaining else { throw .truncated }
        let slice = bytes.extracting(offset..<offset + count)
        offset += count
        return slice
    }

    /// Reads a `String` of the protocol: UTF-8 up to a zero byte, which is skipped.
    ///
    /// - Throws: ``Failure/unterminatedString`` or ``Failure/invalidUTF8``.
    @_lifetime(self: copy self)
    public mutating func readCString() throws(Failure) -> String {
        let string = try readString(try cStringLength())
        offset += 1
        return string
    }

    /// Reads a `String` of the protocol in an encoding that is not known: what is not UTF-8 becomes U+FFFD.
    @_lifetime(self: copy self)
    mutating func readRepairedCString() throws(Failure) -> String {
        let slice = try readBytes(try cStringLength())
        offset += 1
        return unsafe slice.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private func cStringLength() throws(Failure) -> Int {
        var length = 0
        while length < remaining, unsafe bytes.unsafeLoad(fromByteOffset: offset + length, as: UInt8.self) != 0 {
            length += 1
        }
        guard length < remaining else { throw .unterminatedString }
        return length
    }

    /// Reads `count` bytes of UTF-8.
    ///
    /// - Throws: ``Failure/truncated`` or ``Failure/invalidUTF8``.
    @_lifetime(self: copy self)
    public mutating func readString(_ count: Int) throws(Failure) -> String {
        let slice = try readBytes(count)
        guard let string = slice.utf8String else { throw .invalidUTF8 }
        return string
    }

    /// Checks that everything was read.
    ///
    /// - Throws: ``Failure/trailingBytes``.
    public func finish() throws(Failure) {
        guard remaining == 0 else { throw .trailingBytes }
    }
}

extension RawSpan {
    /// Whether the bytes are those of a string and a zero byte.
    func isCString(_ string: String) -> Bool {
        var string = string
        return string.withUTF8 { text in
            unsafe withUnsafeBytes { bytes in
                guard bytes.count == text.count + 1, unsafe bytes[text.count] == 0 else { return false }
                return unsafe bytes.starts(with: text)
            }
        }
    }

    /// The bytes as a string, or nil where they are not valid UTF-8.
    var utf8String: String? {
        unsafe withUnsafeBytes { bytes in
            let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
            guard let text = try? UTF8Span(validating: span) else { return nil }
            return String(copying: text)
        }
    }

    /// A copy of the bytes.
    var array: [UInt8] {
        unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
