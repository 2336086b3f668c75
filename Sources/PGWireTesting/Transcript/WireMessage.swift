/// One message of a conversation: its exact bytes, and its name in the manual's
/// [Message Formats](https://www.postgresql.org/docs/current/protocol-message-formats.html).
public struct WireMessage: Sendable, Hashable, CustomStringConvertible {
    /// The name of what is no message of the protocol, or a malformed one.
    public static let malformedName = "Bytes"

    /// Which side sends it.
    public let origin: MessageOrigin
    /// Its name in the manual. The answer to a request for encryption, which has none there, is `EncryptionResponse`; what
    /// is no message is ``malformedName``.
    public let name: String
    /// All of its bytes, with the one that names it and its length.
    public let bytes: [UInt8]

    /// Bytes that claim to be a message of this name.
    ///
    /// Where they are none that text can stand for, the name becomes ``malformedName``.
    public init(_ name: String, from origin: MessageOrigin, bytes: [UInt8]) {
        self.origin = origin
        self.bytes = bytes
        self.name = Self.fields(name, origin, bytes) == nil ? Self.malformedName : name
    }

    /// Bytes that are no message of the protocol.
    public init(malformed bytes: [UInt8], from origin: MessageOrigin) {
        self.origin = origin
        self.bytes = bytes
        name = Self.malformedName
    }

    /// The message that a line of a transcript stands for, such as `Query "SELECT 1"`.
    ///
    /// - Throws: ``TranscriptError``, without a place.
    public init(parsing text: some StringProtocol, from origin: MessageOrigin) throws(TranscriptError) {
        var fields = FieldReader(Substring(text))
        do throws(FieldReader.Failure) {
            try self.init(&fields, from: origin)
        } catch {
            throw TranscriptError(error.message)
        }
    }

    init(_ fields: inout FieldReader, from origin: MessageOrigin) throws(FieldReader.Failure) {
        self.origin = origin
        name = try fields.word("the name of a message")
        if name == Self.malformedName {
            bytes = try fields.literal()
            try fields.finish()
            return
        }
        guard let format = MessageFormat.named(name, from: origin) else {
            throw fields.failure("“\(name)” is no message of the \(origin == .client ? "frontend" : "backend")")
        }
        bytes = try format.bytes(&fields)
    }

    /// As it stands in a transcript: its name and its fields in their order, or all of its bytes.
    public var description: String {
        let fields = Self.fields(name, origin, bytes) ?? FieldText.literal(bytes[...])
        return fields.isEmpty ? name : "\(name) \(fields)"
    }

    /// The text of the fields, where it gives these very bytes again.
    private static func fields(_ name: String, _ origin: MessageOrigin, _ bytes: [UInt8]) -> String? {
        guard let format = MessageFormat.named(name, from: origin), let text = format.text(of: bytes) else {
            return nil
        }
        var reader = FieldReader(Substring(text))
        let again = try? format.bytes(&reader)
        return again == bytes ? text : nil
    }
}
