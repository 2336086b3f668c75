/// A keyword of the validation vocabulary: it looks at one value and at no subschema.
enum SchemaAssertion: Sendable {
    case type([JSONType])
    case enumeration([JSONValue], Set<JSONValue>)
    case constant(JSONValue)
    case multipleOf(JSONNumber)
    case maximum(JSONNumber)
    case exclusiveMaximum(JSONNumber)
    case minimum(JSONNumber)
    case exclusiveMinimum(JSONNumber)
    case maxLength(Int)
    case minLength(Int)
    case pattern(Pattern)
    case maxItems(Int)
    case minItems(Int)
    case uniqueItems
    case maxProperties(Int)
    case minProperties(Int)
    case required([String])
    case dependentRequired([(key: String, others: [String])])

    /// The keyword's name.
    var keyword: String {
        switch self {
        case .type: "type"
        case .enumeration: "enum"
        case .constant: "const"
        case .multipleOf: "multipleOf"
        case .maximum: "maximum"
        case .exclusiveMaximum: "exclusiveMaximum"
        case .minimum: "minimum"
        case .exclusiveMinimum: "exclusiveMinimum"
        case .maxLength: "maxLength"
        case .minLength: "minLength"
        case .pattern: "pattern"
        case .maxItems: "maxItems"
        case .minItems: "minItems"
        case .uniqueItems: "uniqueItems"
        case .maxProperties: "maxProperties"
        case .minProperties: "minProperties"
        case .required: "required"
        case .dependentRequired: "dependentRequired"
        }
    }

    /// What is wrong with a value and what to change; nil when nothing is.
    func failure(of value: JSONValue) -> String? {
        switch value {
        case .number(let number): failure(ofNumber: number) ?? failure(ofAny: value)
        case .string(let text): failure(ofString: text) ?? failure(ofAny: value)
        case .array(let elements): failure(ofArray: elements) ?? failure(ofAny: value)
        case .object(let object): failure(ofObject: object) ?? failure(ofAny: value)
        case .null, .bool: failure(ofAny: value)
        }
    }

    private func failure(ofAny value: JSONValue) -> String? {
        switch self {
        case .type(let types):
            types.contains { $0.includes(value) }
                ? nil
                : "must be \(SchemaMessage.list(types.map(\.phrase))), but is \(SchemaMessage.phrase(for: value))"
        case .enumeration(let values, let set):
            set.contains(value)
                ? nil : "must be one of \(SchemaMessage.list(values)), but is \(SchemaMessage.phrase(for: value))"
        case .constant(let constant):
            constant == value
                ? nil : "must be \(SchemaMessage.excerpt(constant)), but is \(SchemaMessage.phrase(for: value))"
        default: nil
        }
    }

    private func failure(ofNumber number: JSONNumber) -> String? {
        let value = SchemaMessage.excerpt(.number(number))
        return switch self {
        case .multipleOf(let divisor):
            JSONDecimal(number.literal).isMultiple(of: JSONDecimal(divisor.literal)) == true
                ? nil : "must be a multiple of \(divisor), but is \(value)"
        case .maximum(let limit): number > limit ? "must be at most \(limit), but is \(value)" : nil
        case .exclusiveMaximum(let limit): number >= limit ? "must be less than \(limit), but is \(value)" : nil
        case .minimum(let limit): number < limit ? "must be at least \(limit), but is \(value)" : nil
        case .exclusiveMinimum(let limit): number <= limit ? "must be greater than \(limit), but is \(value)" : nil
        default: nil
        }
    }

    private func failure(ofString text: String) -> String? {
        switch self {
        case .maxLength(let limit):
            // No text has more characters than bytes, and counting them takes time.
            if text.utf8.count <= limit { return nil }
            let count = text.unicodeScalars.count
            return count > limit ? "must have at most \(limit) characters, but has \(count)" : nil
        case .minLength(let limit):
            let count = text.unicodeScalars.count
            return count < limit ? "must have at least \(limit) characters, but has \(count)" : nil
        case .pattern(let pattern):
            switch pattern.matches(text) {
            case true?: return nil
            case false?: return "must match the regular expression \(SchemaMessage.cut(pattern.source))"
            case nil:
                return "is too long to be checked against the regular expression "
                    + "\(SchemaMessage.cut(pattern.source)); shorten it"
            }
        default: return nil
        }
    }

    private func failure(ofArray elements: [JSONValue]) -> String? {
        switch self {
        case .maxItems(let limit):
            return elements.count > limit ? "must have at most \(limit) items, but has \(elements.count)" : nil
        case .minItems(let limit):
            return elements.count < limit ? "must have at least \(limit) items, but has \(elements.count)" : nil
        case .uniqueItems:
            var places: [JSONValue: Int] = [:]
            for (index, element) in elements.enumerated() {
                if let first = places.updateValue(index, forKey: element) {
                    return "must not repeat an item, but items \(first) and \(index) are equal; remove one"
                }
            }
            return nil
        default: return nil
        }
    }

    private func failure(ofObject object: JSONObject) -> String? {
        switch self {
        case .maxProperties(let limit):
            return object.count > limit ? "must have at most \(limit) properties, but has \(object.count)" : nil
        case .minProperties(let limit):
            return object.count < limit ? "must have at least \(limit) properties, but has \(object.count)" : nil
        case .required(let keys):
            let missing = keys.filter { !object.contains(key: $0) }
            return missing.isEmpty ? nil : SchemaMessage.missing(missing)
        case .dependentRequired(let rules):
            for (key, others) in rules where object.contains(key: key) {
                let missing = others.filter { !object.contains(key: $0) }
                if !missing.isEmpty {
                    return SchemaMessage.missing(missing)
                        + ", because \(SchemaMessage.excerpt(.string(key))) is present"
                }
            }
            return nil
        default: return nil
        }
    }
}

/// A type that the `type` keyword can name.
enum JSONType: String, Sendable {
    case null, boolean, number, integer, string, array, object

    func includes(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.null, .null), (.boolean, .bool), (.number, .number), (.string, .string), (.array, .array),
            (.object, .object):
            true
        case (.integer, .number(let number)): number.isInteger
        default: false
        }
    }

    /// The type with its article.
    var phrase: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .integer: "an integer"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
