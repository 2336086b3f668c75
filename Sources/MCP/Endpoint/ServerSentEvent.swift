/// An event of a `text/event-stream` (HTML standard, server-sent events).
public struct ServerSentEvent: Sendable, Hashable {
    /// Where a client that lost the connection goes on; nil is not sent.
    public var id: String?
    /// The event's type; nil is `message`.
    public var event: String?
    /// The text; nil sends no data field, an empty one an empty field.
    public var data: String?
    /// How long a client waits before it connects again, in milliseconds.
    public var retry: Int?
    /// Text that clients ignore; an event of nothing else keeps the connection alive.
    public var comment: String?

    /// An event; what is nil is not sent.
    public init(
        id: String? = nil, event: String? = nil, data: String? = nil, retry: Int? = nil, comment: String? = nil
    ) {
        self.id = id
        self.event = event
        self.data = data
        self.retry = retry
        self.comment = comment
    }

    /// A comment that keeps the connection alive.
    static let keepAlive = ServerSentEvent(comment: "")

    /// A message with the id of its stored event, where it was stored.
    static func message(_ bytes: [UInt8], id: EventID? = nil) -> ServerSentEvent {
        ServerSentEvent(id: id?.description, event: "message", data: String(decoding: bytes, as: UTF8.self))
    }

    /// The event's bytes with the empty line that ends it.
    ///
    /// Line breaks in ``data`` and ``comment`` begin new fields. In ``id`` and ``event``, where they would end the field
    /// early, they are left out, as is U+0000 in the id, with which clients would ignore it.
    public func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ field: String, _ value: some Sequence<UInt8>) {
            bytes += field.utf8
            bytes += value
            bytes.append(UInt8(ascii: "\n"))
        }
        func oneLine(_ text: String) -> [UInt8] { text.utf8.filter { $0 != 0 && $0 != 10 && $0 != 13 } }
        if let comment { for line in Self.lines(of: comment) { add(":", line) } }
        if let retry { add("retry: ", String(retry).utf8) }
        if let id { add("id: ", oneLine(id)) }
        if let event { add("event: ", oneLine(event)) }
        if let data { for line in Self.lines(of: data) { add("data: ", line) } }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// The lines of a text, as clients see them: CR LF, LF and CR end a line.
    private static func lines(of text: String) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var afterReturn = false
        for byte in text.utf8 {
            switch byte {
            case 10 where afterReturn: break
            case 10, 13: lines.append([])
            default: lines[lines.count - 1].append(byte)
            }
            afterReturn = byte == 13
        }
        return lines
    }
}
