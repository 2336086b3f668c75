/// A struct that stands for a JSON object: the arguments of a tool, its result, or a form to fill in.
///
/// Each property is a ``Field``; its name is the key. The schema is derived from the properties' types, values and
/// descriptions.
/// ```swift
/// struct Roll: JSONStructure {
///     @Field("How many dice to roll.", in: 1...100) var dice = 1
///     @Field("How many sides each has.", in: 2...1000) var sides: Int
/// }
/// ```
public protocol JSONStructure: JSONConvertible, ToolOutput {
    /// A value whose fields have the values they were declared with.
    init()
}

extension JSONStructure {
    /// An object with a property for each field. Properties that are no fields are not allowed.
    public static var jsonSchema: JSONObject { schema(withDefaults: true) { $0.isRequired } }

    /// The schema of what is written: fields that have a value of their own are always there.
    static var writtenSchema: JSONObject {
        schema(withDefaults: false) { $0.isRequired || $0.writtenValue != nil }
    }

    /// The schema of a form, which has no `additionalProperties`.
    static var formSchema: JSONObject {
        var schema = jsonSchema
        schema["additionalProperties"] = nil
        return schema
    }

    private static func schema(withDefaults: Bool, isRequired: (any AnyField) -> Bool) -> JSONObject {
        var properties = JSONObject()
        var required: [JSONValue] = []
        for (name, field) in fields(of: Self()) {
            properties[name] = .object(field.schema(withDefault: withDefaults))
            if isRequired(field) { required.append(.string(name)) }
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["additionalProperties"] = false
        return schema
    }

    /// Reads the fields; what is no field's key is passed over.
    public init(json: JSONValue) throws(JSONConversionError) {
        guard let object = json.objectValue else { throw JSONConversionError(expected: "an object") }
        self.init()
        for (name, field) in Self.fields(of: self) { try field.read(object[name], name: name) }
    }

    /// The fields that have a value, in the order of their declaration.
    public var jsonValue: JSONValue {
        var object = JSONObject()
        for (name, field) in Self.fields(of: self) { object[name] = field.writtenValue }
        return .object(object)
    }

    private static func fields(of value: Self) -> [(String, any AnyField)] {
        Mirror(reflecting: value).children.compactMap { child in
            guard let label = child.label, let field = child.value as? any AnyField else { return nil }
            // The stored property of a wrapped one begins with an underscore.
            return (String(label.dropFirst()), field)
        }
    }

    /// See ``ToolOutput/outputSchema``.
    public static var outputSchema: JSONValue? { .object(writtenSchema) }
    /// The object, and the same in text.
    public var callToolResult: CallToolResult { .success(structured: jsonValue) }
}

/// What takes no arguments.
public struct NoArguments: JSONStructure {
    /// Nothing.
    public init() {}
}
