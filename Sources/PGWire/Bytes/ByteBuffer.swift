import Glibc

/// A growing run of bytes that is written at its end and consumed at its front.
///
/// The one owner of raw memory above the transport: outgoing messages are built in it, incoming bytes are received
/// into it. Every access is checked against the readable region; multi-byte integers are big-endian, as in
/// [Message Data Types](https://www.postgresql.org/docs/current/protocol-message-types.html).
@safe public struct ByteBuffer: ~Copyable, @unchecked Sendable {
    // @unchecked Sendable: the buffer is noncopyable and owns its allocation alone, so that whoever holds it is its only user.
    private var storage: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    /// An empty buffer with room for `capacity` bytes before its first growth.
    public init(capacity: Int = 1024) {
        unsafe storage = Self.allocate(max(capacity, 16))
    }

    deinit {
        unsafe free(storage.baseAddress)
    }

    /// Memory by malloc, since Swift's own allocation asks for an alignment, which takes twice as long.
    private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        guard let memory = unsafe malloc(count) else { fatalError("PGWire: no memory left for \(count) bytes") }
        return unsafe UnsafeMutableRawBufferPointer(start: memory, count: count)
    }

    /// The number of readable bytes.
    public var count: Int { end - start }

    /// Whether nothing is left to read.
    public var isEmpty: Bool { start == end }

    /// The bytes allocated, readable or not.
    var capacity: Int { unsafe storage.count }

    // MARK: Writing

    /// Makes room for `count` more bytes without changing what is readable.
    @inline(__always)
    public mutating func reserve(_ count: Int) {
        if unsafe storage.count - end < count { grow(count) }
    }

    private mutating func grow(_ needed: Int) {
        let readable = count
        if unsafe readable + needed <= storage.count, start >= readable {
            if readable > 0 {
                unsafe storage.baseAddress.unsafelyUnwrapped.copyMemory(
                    from: storage.baseAddress.unsafelyUnwrapped + start, byteCount: readable)
            }
        } else {
            let larger = unsafe Self.allocate(max(readable + needed, storage.count * 2))
            if readable > 0 { unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[start..<end])) }
            unsafe free(storage.baseAddress)
            unsafe storage = larger
        }
        start = 0
        end = readable
    }

    /// Appends an integer in network byte order.
    @inline(__always)
    public mutating func append<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        reserve(MemoryLayout<T>.size)
        unsafe storage.storeBytes(of: value.bigEndian, toByteOffset: end, as: T.self)
        end += MemoryLayout<T>.size
    }

    /// Appends the bytes as they are.
    public mutating func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe append(raw: $0) }
    }

    /// Appends the bytes of a span.
    public mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(raw: $0) }
    }

    /// Appends what is readable in another buffer.
    public mutating func append(contentsOf other: borrowing ByteBuffer) {
        append(other.bytes)
    }

    /// Appends the UTF-8 of a string, without a terminator.
    public mutating func append(utf8 string: String) {
        var string = string
        string.withUTF8 { unsafe append(raw: UnsafeRawBufferPointer($0)) }
    }

    /// Appends a `String` of the protocol: UTF-8 and a zero byte. The caller has refused strings that hold U+0000.
    public mutating func append(cString string: String) {
        append(utf8: string)
        append(UInt8(0))
    }

    private mutating func append(raw bytes: UnsafeRawBufferPointer) {
        guard unsafe !bytes.isEmpty else { return }
        reserve(bytes.count)
        unsafe UnsafeMutableRawBufferPointer(rebasing: storage[end...]).copyMemory(from: bytes)
        end += bytes.count
    }

    /// A place in the readable region that ``replaceInt32(at:with:)`` can fill in later. Consuming invalidates it.
    public var writePosition: Int { end - start }

    /// Overwrites four bytes, written earlier, with an integer in network byte order.
    public mutating func replaceInt32(at position: Int, with value: Int32) {
        precondition(position >= 0 && position + 4 <= count, "position outside the readable region")
        unsafe storage.storeBytes(of: value.bigEndian, toByteOffset: start + position, as: Int32.self)
    }

    /// Drops what was written after `position`, as returned by ``writePosition``.
    public mutating func truncate(to position: Int) {
        precondition(position >= 0 && position <= count, "position outside the readable region")
        end = start + position
    }

    /// Lets `body` write up to `minimum` bytes or more behind the readable region; it returns how many it wrote.
    mutating func write<E: Error>(
        atLeast minimum: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        reserve(minimum)
        let written = try unsafe body(UnsafeMutableRawBufferPointer(rebasing: storage[end...]))
        precondition(written >= 0 && end + written <= capacity, "more bytes written than there was room for")
        end += written
        return written
    }

    // MARK: Reading

    /// The readable bytes.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: storage[start..<end]))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// A copy of the readable bytes.
    public func copyBytes() -> [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(rebasing: storage[start..<end]))
    }

    /// Drops `count` bytes from the front.
    public mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= self.count, "more consumed than there is")
        start += count
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Gives back memory beyond `limit` bytes once nothing is left to read.
    mutating func shrink(to limit: Int) {
        guard isEmpty, capacity > limit else { return }
        self = ByteBuffer(capacity: limit)
    }
}
