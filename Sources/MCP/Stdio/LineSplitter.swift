/// Cuts a stream of bytes into lines, however the bytes arrive.
struct LineSplitter: Sendable {
    /// What the bytes held.
    enum Line: Sendable, Hashable {
        /// A line without its line feed; never empty.
        case bytes([UInt8])
        /// A line that was longer than the limit; its bytes are gone.
        case tooLong
    }

    private let limit: Int
    private var buffer: [UInt8] = []
    private var isSkipping = false

    /// Lines may have this many bytes.
    init(limit: Int) { self.limit = limit }

    /// The lines that these bytes complete. What is kept never exceeds the limit.
    mutating func receive(_ bytes: ArraySlice<UInt8>) -> [Line] {
        var lines: [Line] = []
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(rest[..<end])
            if let line = take() { lines.append(line) }
            rest = rest[(end + 1)...]
        }
        append(rest)
        return lines
    }

    /// The line that the end of the stream completes, if there is one.
    mutating func finish() -> Line? { take() }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        guard !isSkipping else { return }
        if bytes.count > limit - buffer.count {
            isSkipping = true
            buffer = []
        } else {
            buffer += bytes
        }
    }

    private mutating func take() -> Line? {
        defer {
            isSkipping = false
            buffer = []
        }
        if isSkipping { return .tooLong }
        return buffer.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) ? nil : .bytes(buffer)
    }
}
