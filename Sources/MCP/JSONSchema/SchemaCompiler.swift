/// Turns a schema, and what it refers to, into a ``SchemaProgram``.
struct SchemaCompiler {
    private var registry: SchemaRegistry
    private var program = SchemaProgram()
    private var numbers: [SchemaLocation: Int] = [:]
    private var pending: [(number: Int, location: SchemaLocation)] = []
    private var dynamicNames: Set<ByteExactString> = []

    static func compile(
        _ schema: JSONValue, documents: [String: JSONValue]
    ) throws(JSONSchemaError) -> SchemaProgram {
        var compiler = SchemaCompiler(registry: SchemaRegistry(documents: documents))
        let root = try compiler.registry.load(schema, uri: SchemaRegistry.anonymous)
        compiler.program.root = try compiler.number(of: root)
        try compiler.compilePending()
        return compiler.program
    }

    private init(registry: SchemaRegistry) { self.registry = registry }

    private mutating func compilePending() throws(JSONSchemaError) {
        repeat {
            while let (number, location) = pending.popLast() {
                var reader = SchemaReader(node: program.nodes[number])
                try compile(location, number, with: &reader)
                program.nodes[number] = reader.node
            }
            // A document that was read late may define further places for dynamic references to go.
            for (number, resource) in registry.resources.enumerated() {
                for name in dynamicNames {
                    guard let pointer = resource.dynamicAnchors[name],
                        program.dynamicAnchors[name]?[number] == nil
                    else { continue }
                    let location = SchemaLocation(document: resource.document, pointer: pointer)
                    program.dynamicAnchors[name, default: [:]][number] = try self.number(of: location)
                }
            }
        } while !pending.isEmpty
    }

    /// The number of the node for a place where a schema stands, which is compiled later if it is new.
    private mutating func number(of location: SchemaLocation) throws(JSONSchemaError) -> Int {
        if let known = numbers[location] { return known }
        guard let subschema = registry.subschema(at: location) else {
            throw JSONSchemaError(.notASchema, at: "#" + location.pointer.text, "no schema stands here")
        }
        let number = program.nodes.count
        program.nodes.append(SchemaNode(resource: subschema.resource, location: registry.text(of: location)))
        numbers[location] = number
        pending.append((number, location))
        return number
    }

    private mutating func compile(
        _ location: SchemaLocation, _ number: Int, with reader: inout SchemaReader
    ) throws(JSONSchemaError) {
        guard let subschema = registry.subschema(at: location) else { return }
        if let isAllowed = subschema.value.boolValue {
            reader.node.isAllowed = isAllowed
            return
        }
        guard case .object(let schema) = subschema.value else {
            throw JSONSchemaError(
                .notASchema, at: reader.node.location, "a schema must be an object, true or false")
        }
        let vocabularies = registry.resources[subschema.resource].vocabularies
        try compileReferences(schema, resource: subschema.resource, into: &reader)
        if vocabularies.validation {
            for assertion in try reader.assertions(of: schema) { reader.node.keywords.append(.assertion(assertion)) }
        }
        if vocabularies.applicator {
            try compileInPlace(schema, at: location, into: &reader)
            try compileObject(schema, at: location, into: &reader)
            try compileArray(schema, at: location, into: &reader)
        }
        if vocabularies.unevaluated {
            if let node = try child("unevaluatedProperties", of: schema, at: location) {
                reader.node.keywords.append(.unevaluatedProperties(node))
                program.tracksEvaluation = true
            }
            if let node = try child("unevaluatedItems", of: schema, at: location) {
                reader.node.keywords.append(.unevaluatedItems(node))
                program.tracksEvaluation = true
            }
        }
    }

    private mutating func compileReferences(
        _ schema: JSONObject, resource: Int, into reader: inout SchemaReader
    ) throws(JSONSchemaError) {
        if let reference = try reader.string("$ref", of: schema) {
            let target = try registry.resolve(reference, from: resource, at: reader.node.location + "/$ref")
            reader.node.keywords.append(.reference(try number(of: target.location)))
        }
        if let reference = try reader.string("$dynamicRef", of: schema) {
            let target = try registry.resolve(reference, from: resource, at: reader.node.location + "/$dynamicRef")
            if let name = target.dynamicAnchor { dynamicNames.insert(name) }
            reader.node.keywords.append(
                .dynamicReference(anchor: target.dynamicAnchor, fallback: try number(of: target.location)))
        }
    }

    private mutating func compileInPlace(
        _ schema: JSONObject, at location: SchemaLocation, into reader: inout SchemaReader
    ) throws(JSONSchemaError) {
        if let nodes = try children("allOf", of: schema, at: location, reader) {
            reader.node.keywords.append(.allOf(nodes))
        }
        if let nodes = try children("anyOf", of: schema, at: location, reader) {
            reader.node.keywords.append(.anyOf(nodes))
        }
        if let nodes = try children("oneOf", of: schema, at: location, reader) {
            reader.node.keywords.append(.oneOf(nodes))
        }
        if let node = try child("not", of: schema, at: location) { reader.node.keywords.append(.not(node)) }
        if let condition = try child("if", of: schema, at: location) {
            let then = try child("then", of: schema, at: location)
            let otherwise = try child("else", of: schema, at: location)
            reader.node.keywords.append(.conditional(condition: condition, then: then, otherwise: otherwise))
        }
        if let rules = try map("dependentSchemas", of: schema, at: location, reader) {
            reader.node.keywords.append(.dependentSchemas(rules))
        }
    }

    private mutating func compileObject(
        _ schema: JSONObject, at location: SchemaLocation, into reader: inout SchemaReader
    ) throws(JSONSchemaError) {
        var properties = PropertySchemas()
        for (key, node) in try map("properties", of: schema, at: location, reader) ?? [] {
            properties.named[ByteExactString(key)] = node
            properties.names.append(key)
        }
        for (source, node) in try map("patternProperties", of: schema, at: location, reader) ?? [] {
            properties.patterns.append((try reader.pattern(source, keyword: "patternProperties"), node))
        }
        properties.additional = try child("additionalProperties", of: schema, at: location)
        if !properties.named.isEmpty || !properties.patterns.isEmpty || properties.additional != nil {
            reader.node.keywords.append(.properties(properties))
        }
        if let node = try child("propertyNames", of: schema, at: location) {
            reader.node.keywords.append(.propertyNames(node))
        }
    }

    private mutating func compileArray(
        _ schema: JSONObject, at location: SchemaLocation, into reader: inout SchemaReader
    ) throws(JSONSchemaError) {
        let prefix = try children("prefixItems", of: schema, at: location, reader)
        let rest = try child("items", of: schema, at: location)
        if prefix != nil || rest != nil { reader.node.keywords.append(.items(prefix: prefix ?? [], rest: rest)) }
        if let node = try child("contains", of: schema, at: location) {
            let minimum = try reader.count("minContains", of: schema) ?? 1
            let maximum = try reader.count("maxContains", of: schema)
            reader.node.keywords.append(.contains(node, minimum: minimum, maximum: maximum))
        }
    }

    private mutating func child(
        _ keyword: String, of schema: JSONObject, at location: SchemaLocation
    ) throws(JSONSchemaError) -> Int? {
        guard schema.contains(key: keyword) else { return nil }
        return try number(
            of: SchemaLocation(document: location.document, pointer: location.pointer.text + "/" + keyword))
    }

    private mutating func children(
        _ keyword: String, of schema: JSONObject, at location: SchemaLocation, _ reader: SchemaReader
    ) throws(JSONSchemaError) -> [Int]? {
        guard let value = schema[keyword] else { return nil }
        guard let elements = value.arrayValue, !elements.isEmpty else {
            throw reader.invalid(keyword, "must be a non-empty array of schemas")
        }
        var nodes: [Int] = []
        for index in elements.indices {
            let pointer = JSONPointer.appending(index, to: location.pointer.text + "/" + keyword)
            nodes.append(try number(of: SchemaLocation(document: location.document, pointer: pointer)))
        }
        return nodes
    }

    private mutating func map(
        _ keyword: String, of schema: JSONObject, at location: SchemaLocation, _ reader: SchemaReader
    ) throws(JSONSchemaError) -> [(key: String, node: Int)]? {
        guard let value = schema[keyword] else { return nil }
        guard let members = value.objectValue else { throw reader.invalid(keyword, "must be an object of schemas") }
        var nodes: [(key: String, node: Int)] = []
        for (key, _) in members {
            let pointer = JSONPointer.appending(key, to: location.pointer.text + "/" + keyword)
            nodes.append((key, try number(of: SchemaLocation(document: location.document, pointer: pointer))))
        }
        return nodes
    }
}
