internal import Synchronization

/// A property of a ``JSONStructure``: what it means, and what it may be.
///
/// A property without a value of its own has to be there in JSON, unless it is optional; one with a value has that one
/// where JSON leaves it out.
@propertyWrapper
public struct Field<Value: JSONConvertible>: Sendable {
    private final class Storage: Sendable {
        let value: Mutex<Value?>

        init(_ value: Value?) { self.value = Mutex(value) }
    }

    private var storage: Storage
    private let initial: Value?
    private let constraints: JSONObject

    /// A property that has to be there, unless it is optional.
    ///
    /// - Parameters:
    ///   - description: What it means, for the model that fills it in or reads it.
    ///   - range: What a number may be.
    ///   - constraints: Further keywords of JSON Schema, such as `["maxLength": 80]`.
    public init(_ description: String? = nil, in range: ClosedRange<Int>? = nil, _ constraints: JSONObject = [:]) {
        initial = nil
        storage = Storage(nil)
        self.constraints = Self.constraints(description, range, constraints)
    }

    /// A property with a value for where JSON leaves it out.
    ///
    /// - Parameters:
    ///   - wrappedValue: That value.
    ///   - description: What it means, for the model that fills it in or reads it.
    ///   - range: What a number may be.
    ///   - constraints: Further keywords of JSON Schema, such as `["maxLength": 80]`.
    public init(
        wrappedValue: Value, _ description: String? = nil, in range: ClosedRange<Int>? = nil,
        _ constraints: JSONObject = [:]
    ) {
        initial = wrappedValue
        storage = Storage(wrappedValue)
        self.constraints = Self.constraints(description, range, constraints)
    }

    /// The value. Reading one that was never set stops the program, unless it is optional.
    public var wrappedValue: Value {
        get {
            if let value = storage.value.withLock({ $0 }) { return value }
            guard Value.isOptional, let none = try? Value(json: .null) else {
                preconditionFailure("a field was read that has no value")
            }
            return none
        }
        set { storage = Storage(newValue) }
    }

    private static func constraints(
        _ description: String?, _ range: ClosedRange<Int>?, _ more: JSONObject
    ) -> JSONObject {
        var constraints = JSONObject()
        if let range {
            constraints["minimum"] = JSONValue(range.lowerBound)
            constraints["maximum"] = JSONValue(range.upperBound)
        }
        for (key, value) in more { constraints[key] = value }
        constraints["description"] = description.map { .string($0) }
        return constraints
    }
}

/// A ``Field`` of whatever type, as ``JSONStructure`` finds it by reflection.
protocol AnyField {
    var isRequired: Bool { get }
    /// Whether the value is one that is written out.
    var writtenValue: JSONValue? { get }
    func schema(withDefault: Bool) -> JSONObject
    /// Sets the value of a structure that is being read and that nobody else has yet.
    func read(_ json: JSONValue?, name: String) throws(JSONConversionError)
}

extension Field: AnyField {
    var isRequired: Bool { initial == nil && !Value.isOptional }

    var writtenValue: JSONValue? {
        guard let value = storage.value.withLock({ $0 }) else { return nil }
        let json = value.jsonValue
        return Value.isOptional && json.isNull ? nil : json
    }

    func schema(withDefault: Bool) -> JSONObject {
        var schema = Value.jsonSchema
        if withDefault, let initial, !initial.jsonValue.isNull { schema["default"] = initial.jsonValue }
        for (key, value) in constraints { schema[key] = value }
        return schema
    }

    func read(_ json: JSONValue?, name: String) throws(JSONConversionError) {
        guard let json else {
            if isRequired {
                var error = JSONConversionError(expected: "there")
                error.path = "/" + name
                throw error
            }
            return
        }
        let value = try Value.read(json, at: name)
        storage.value.withLock { $0 = value }
    }
}
