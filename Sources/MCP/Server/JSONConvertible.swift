/// A Swift type whose values can be read from and written to JSON, and whose schema tells which JSON that is.
public protocol JSONConvertible: Sendable {
    /// The JSON Schema (2020-12) of the type's values.
    static var jsonSchema: JSONObject { get }
    /// Whether a value may be left out of an object.
    static var isOptional: Bool { get }

    /// The value that JSON stands for.
    ///
    /// - Throws: ``JSONConversionError`` where it stands for none.
    init(json: JSONValue) throws(JSONConversionError)

    /// The value as JSON.
    var jsonValue: JSONValue { get }
}

/// JSON that does not stand for a value of the type it is read as.
public struct JSONConversionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The path to the part that does not, as a JSON pointer; empty for the whole.
    public internal(set) var path: String
    /// What it should have been.
    public let expected: String

    /// An error about the whole value.
    public init(expected: String) {
        path = ""
        self.expected = expected
    }

    /// One sentence.
    public var description: String { "\(path.isEmpty ? "the value" : path) must be \(expected)" }
}

extension JSONConvertible {
    /// False.
    public static var isOptional: Bool { false }

    /// Adds a step to the path of what went wrong.
    static func read(_ json: JSONValue, at key: String) throws(JSONConversionError) -> Self {
        do throws(JSONConversionError) {
            return try Self(json: json)
        } catch {
            var outer = error
            outer.path = "/" + key + error.path
            throw outer
        }
    }
}

extension Bool: JSONConvertible {
    /// `boolean`
    public static var jsonSchema: JSONObject { ["type": "boolean"] }
    /// `true` or `false`
    public init(json: JSONValue) throws(JSONConversionError) {
        guard let value = json.boolValue else { throw JSONConversionError(expected: "true or false") }
        self = value
    }
    /// `true` or `false`
    public var jsonValue: JSONValue { .bool(self) }
}

extension Int: JSONConvertible {
    /// `integer`
    public static var jsonSchema: JSONObject { ["type": "integer"] }
    /// An integer of at most 64 bits.
    public init(json: JSONValue) throws(JSONConversionError) {
        guard let value = json.numberValue?.intValue else {
            throw JSONConversionError(expected: "an integer below 2⁶³")
        }
        self = value
    }
    /// A number.
    public var jsonValue: JSONValue { JSONValue(self) }
}

extension Int64: JSONConvertible {
    /// `integer`
    public static var jsonSchema: JSONObject { ["type": "integer"] }
    /// An integer of at most 64 bits.
    public init(json: JSONValue) throws(JSONConversionError) {
        guard let value = json.intValue else { throw JSONConversionError(expected: "an integer below 2⁶³") }
        self = value
    }
    /// A number.
    public var jsonValue: JSONValue { JSONValue(self) }
}

extension Double: JSONConvertible {
    /// `number`
    public static var jsonSchema: JSONObject { ["type": "number"] }
    /// A number within the range of `Double`.
    public init(json: JSONValue) throws(JSONConversionError) {
        guard let value = json.doubleValue else { throw JSONConversionError(expected: "a number") }
        self = value
    }
    /// A number; null for infinities and NaN, which JSON cannot say.
    public var jsonValue: JSONValue { JSONNumber(self).map { .number($0) } ?? .null }
}

extension String: JSONConvertible {
    /// `string`
    public static var jsonSchema: JSONObject { ["type": "string"] }
    /// A string.
    public init(json: JSONValue) throws(JSONConversionError) {
        guard let value = json.stringValue else { throw JSONConversionError(expected: "a string") }
        self = value
    }
    /// A string.
    public var jsonValue: JSONValue { .string(self) }
}

extension JSONValue: JSONConvertible {
    /// Any JSON.
    public static var jsonSchema: JSONObject { [:] }
    /// The value itself.
    public init(json: JSONValue) { self = json }
    /// The value itself.
    public var jsonValue: JSONValue { self }
}

extension Optional: JSONConvertible where Wrapped: JSONConvertible {
    /// That of the wrapped type: what is nil is left out.
    public static var jsonSchema: JSONObject { Wrapped.jsonSchema }
    /// True.
    public static var isOptional: Bool { true }
    /// Null is nil, unless the wrapped type has a null of its own.
    public init(json: JSONValue) throws(JSONConversionError) {
        if json.isNull, Wrapped.self != JSONValue.self { self = nil } else { self = try Wrapped(json: json) }
    }
    /// Null for nil.
    public var jsonValue: JSONValue { self?.jsonValue ?? .null }
}

extension Array: JSONConvertible where Element: JSONConvertible {
    /// `array`
    public static var jsonSchema: JSONObject { ["type": "array", "items": .object(Element.jsonSchema)] }
    /// The elements in their order.
    public init(json: JSONValue) throws(JSONConversionError) {
        guard let elements = json.arrayValue else { throw JSONConversionError(expected: "an array") }
        self = []
        for (index, element) in elements.enumerated() { append(try Element.read(element, at: String(index))) }
    }
    /// The elements in their order.
    public var jsonValue: JSONValue { .array(map(\.jsonValue)) }
}

extension JSONConvertible where Self: RawRepresentable, Self: CaseIterable, RawValue == String {
    /// The raw values.
    public static var jsonSchema: JSONObject {
        ["type": "string", "enum": .array(allCases.map { .string($0.rawValue) })]
    }
    /// One of the raw values.
    public init(json: JSONValue) throws(JSONConversionError) {
        guard let value = json.stringValue.flatMap(Self.init(rawValue:)) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONConversionError(expected: "one of \(names)")
        }
        self = value
    }
    /// The raw value.
    public var jsonValue: JSONValue { .string(rawValue) }
}
