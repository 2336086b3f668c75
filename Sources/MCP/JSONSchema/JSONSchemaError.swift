/// Why a schema cannot be used.
public struct JSONSchemaError: Error, Hashable, Sendable {
    /// The kinds of mistake in a schema.
    public enum Code: String, Hashable, Sendable {
        /// A schema is neither an object nor a Boolean.
        case notASchema
        /// A keyword's value is not of the form that the specification asks for.
        case invalidKeyword
        /// A regular expression is not valid, or uses what cannot be matched in bounded time.
        case invalidPattern
        /// A `$ref` or `$dynamicRef` leads to nothing in this document or those registered.
        case unresolvedReference
        /// The meta-schema requires a vocabulary that is not implemented.
        case unknownVocabulary
        /// The schema has more subschemas than are taken (100 000).
        case tooLarge
    }

    /// The kind of mistake.
    public var code: Code
    /// Where it is: the document's URI, if it has one, and a JSON pointer, as in `#/properties/age/minimum`.
    public var location: String
    /// One sentence for the schema's author.
    public var message: String

    init(_ code: Code, at location: String, _ message: String) {
        self.code = code
        self.location = location
        self.message = message
    }
}

extension JSONSchemaError: CustomStringConvertible {
    /// The place and the message.
    public var description: String { "invalid schema at \(location): \(message)" }
}
