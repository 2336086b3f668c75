/// A value with a textual form that the server reads, and that is read from what the server writes with its default
/// settings (`DateStyle` ISO, `IntervalStyle` postgres).
///
/// Such a value is coded as its text, so that it can be a property of a `Codable` type.
public protocol PGTextConvertible: LosslessStringConvertible, Codable, Hashable, Sendable {}

extension PGTextConvertible {
    /// Reads the textual form.
    ///
    /// - Throws: `DecodingError` where there is no text, or one of another form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "The text is no \(Self.self)")
        }
        self = value
    }

    /// Writes the textual form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Reads a value that came in text format.
    static func decode(text bytes: RawSpan, type: PGType) throws(PGError) -> Self {
        guard let value = bytes.utf8String.flatMap(Self.init(_:)) else { throw .malformed(type, .text) }
        return value
    }
}
