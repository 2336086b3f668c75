/// A Swift enumeration that stands for an enumerated type of the server.
///
/// ```swift
/// enum Mood: String, PGEnum { case sad, ok, happy }     // CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')
/// try await connection.query("SELECT name FROM people WHERE mood = \(Mood.happy)")
/// ```
/// The server knows such a type by a number that differs between databases, so that a parameter is sent without one and
/// the server infers it: from the column that it is compared with or stored in, or from a cast, `\(mood)::mood`. See
/// [Enumerated Types](https://www.postgresql.org/docs/current/datatype-enum.html).
public protocol PGEnum: RawRepresentable, Codable, PGEncodable, PGDecodable, PGArrayElement
where RawValue == String {}

extension PGEnum {
    public static var postgresType: PGType { .unspecified }
    public static var postgresArrayType: PGType { .unspecified }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try rawValue.encode(into: &buffer, as: .unspecified)
    }

    /// Reads a label of a type that someone created, or a text.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` where no case has the label.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Self {
        let label = try PGUserDefined<String>.decode(bytes, type: type, format: format).value
        guard let value = Self(rawValue: label) else {
            throw PGError(.conversion, "The label of \(type) is no case of \(Self.self)", retry: .pointless)
        }
        return value
    }
}
