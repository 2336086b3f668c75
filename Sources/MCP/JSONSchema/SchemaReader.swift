/// Reads the keywords of one subschema whose values are no schemas, and checks their form.
struct SchemaReader {
    var node: SchemaNode

    func invalid(_ keyword: String, _ message: String) -> JSONSchemaError {
        JSONSchemaError(.invalidKeyword, at: JSONPointer.appending(keyword, to: node.location), message)
    }

    func string(_ keyword: String, of schema: JSONObject) throws(JSONSchemaError) -> String? {
        guard let value = schema[keyword] else { return nil }
        guard let text = value.stringValue else { throw invalid(keyword, "must be a string") }
        return text
    }

    /// A number of items, characters or properties; what is beyond `Int` is as good as the greatest.
    func count(_ keyword: String, of schema: JSONObject) throws(JSONSchemaError) -> Int? {
        guard let value = schema[keyword] else { return nil }
        guard let number = value.numberValue, number.isInteger, number >= JSONNumber(0) else {
            throw invalid(keyword, "must be an integer of 0 or more")
        }
        return number.intValue ?? .max
    }

    func pattern(_ source: String, keyword: String) throws(JSONSchemaError) -> Pattern {
        do throws(PatternError) {
            return try Pattern(source)
        } catch {
            throw JSONSchemaError(
                .invalidPattern, at: JSONPointer.appending(keyword, to: node.location),
                "the regular expression \(SchemaMessage.cut(source)) is not usable: \(error.message)")
        }
    }

    func assertions(of schema: JSONObject) throws(JSONSchemaError) -> [SchemaAssertion] {
        var assertions: [SchemaAssertion] = []
        if let value = schema["type"] { assertions.append(.type(try types(value))) }
        if let value = schema["enum"] {
            guard let values = value.arrayValue else { throw invalid("enum", "must be an array") }
            assertions.append(.enumeration(values, Set(values)))
        }
        if let value = schema["const"] { assertions.append(.constant(value)) }
        assertions += try numberAssertions(of: schema)
        if let limit = try count("maxLength", of: schema) { assertions.append(.maxLength(limit)) }
        if let limit = try count("minLength", of: schema) { assertions.append(.minLength(limit)) }
        if let source = try string("pattern", of: schema) {
            assertions.append(.pattern(try pattern(source, keyword: "pattern")))
        }
        if let limit = try count("maxItems", of: schema) { assertions.append(.maxItems(limit)) }
        if let limit = try count("minItems", of: schema) { assertions.append(.minItems(limit)) }
        if let value = schema["uniqueItems"] {
            guard let isOn = value.boolValue else { throw invalid("uniqueItems", "must be true or false") }
            if isOn { assertions.append(.uniqueItems) }
        }
        if let limit = try count("maxProperties", of: schema) { assertions.append(.maxProperties(limit)) }
        if let limit = try count("minProperties", of: schema) { assertions.append(.minProperties(limit)) }
        if let value = schema["required"] { assertions.append(.required(try strings(value, "required"))) }
        if let value = schema["dependentRequired"] {
            guard let rules = value.objectValue else { throw invalid("dependentRequired", "must be an object") }
            var read: [(key: String, others: [String])] = []
            for (key, others) in rules { read.append((key, try strings(others, "dependentRequired"))) }
            assertions.append(.dependentRequired(read))
        }
        return assertions
    }

    private func numberAssertions(of schema: JSONObject) throws(JSONSchemaError) -> [SchemaAssertion] {
        func number(_ keyword: String) throws(JSONSchemaError) -> JSONNumber? {
            guard let value = schema[keyword] else { return nil }
            guard let number = value.numberValue else { throw invalid(keyword, "must be a number") }
            return number
        }
        var assertions: [SchemaAssertion] = []
        if let divisor = try number("multipleOf") {
            let decimal = JSONDecimal(divisor.literal)
            guard divisor > JSONNumber(0), decimal.digits.count <= 18, decimal.isOrdinary else {
                throw invalid("multipleOf", "must be greater than 0, with at most 18 significant digits")
            }
            assertions.append(.multipleOf(divisor))
        }
        if let limit = try number("maximum") { assertions.append(.maximum(limit)) }
        if let limit = try number("exclusiveMaximum") { assertions.append(.exclusiveMaximum(limit)) }
        if let limit = try number("minimum") { assertions.append(.minimum(limit)) }
        if let limit = try number("exclusiveMinimum") { assertions.append(.exclusiveMinimum(limit)) }
        return assertions
    }

    private func types(_ value: JSONValue) throws(JSONSchemaError) -> [JSONType] {
        let names = value.arrayValue ?? [value]
        var types: [JSONType] = []
        for name in names {
            guard let type = name.stringValue.flatMap(JSONType.init(rawValue:)) else {
                throw invalid("type", "must be one or several of null, boolean, number, integer, string, array, object")
            }
            types.append(type)
        }
        guard !types.isEmpty else { throw invalid("type", "must name at least one type") }
        return types
    }

    private func strings(_ value: JSONValue, _ keyword: String) throws(JSONSchemaError) -> [String] {
        let texts = value.arrayValue?.map(\.stringValue) ?? [nil]
        guard !texts.contains(nil) else { throw invalid(keyword, "must be an array of strings") }
        return texts.compactMap(\.self)
    }
}
