/// Where a subschema stands: a document's number and a JSON pointer from its root.
struct SchemaLocation: Hashable, Sendable {
    let document: Int
    let pointer: ByteExactString

    init(document: Int, pointer: String) {
        self.document = document
        self.pointer = ByteExactString(pointer)
    }
}

/// The documents that references can lead to, with their identifiers and anchors. Nothing is ever fetched.
struct SchemaRegistry {
    /// A schema with a URI of its own: a document, or a part of one that has an `$id`.
    struct Resource {
        let uri: String
        let document: Int
        let pointer: String
        let vocabularies: SchemaVocabularies
        /// Name → pointer from the document's root.
        var anchors: [ByteExactString: String] = [:]
        var dynamicAnchors: [ByteExactString: String] = [:]
    }

    /// What the compiler needs to know about a subschema.
    struct Subschema {
        let value: JSONValue
        let resource: Int
    }

    /// The URI of a schema that has none.
    static let anonymous = "schema:///"
    private static let maximumSubschemas = 100_000

    private(set) var resources: [Resource] = []
    private var documents: [JSONValue] = []
    private var subschemas: [SchemaLocation: Subschema] = [:]
    private var resourceByURI: [ByteExactString: Int] = [:]
    private var registered: [ByteExactString: JSONValue] = [:]

    init(documents: [String: JSONValue]) {
        for (uri, value) in documents { registered[ByteExactString(URIReference(uri).withoutFragment)] = value }
    }

    /// Reads a document with its identifiers, and gives the place of its root.
    mutating func load(_ value: JSONValue, uri: String) throws(JSONSchemaError) -> SchemaLocation {
        let document = documents.count
        documents.append(value)
        let resource = try addResource(uri: uri, document: document, pointer: "", value: value, parent: nil)
        try index(value, at: SchemaLocation(document: document, pointer: ""), in: resource)
        return SchemaLocation(document: document, pointer: "")
    }

    /// The subschema at a place where one stands.
    func subschema(at location: SchemaLocation) -> Subschema? { subschemas[location] }

    /// A place as text for messages.
    func text(of location: SchemaLocation) -> String {
        let pointer = location.pointer.text
        guard location.document > 0, let resource = subschemas[location]?.resource else { return "#" + pointer }
        return resources[resource].uri + "#" + pointer.dropFirst(resources[resource].pointer.count)
    }

    /// The place that a reference leads to, and the anchor's name when it leads there by a dynamic anchor.
    mutating func resolve(
        _ reference: String, from resource: Int, at location: String
    ) throws(JSONSchemaError) -> (location: SchemaLocation, dynamicAnchor: ByteExactString?) {
        let target = URIReference(reference).resolved(against: URIReference(resources[resource].uri))
        func unresolved() -> JSONSchemaError {
            JSONSchemaError(.unresolvedReference, at: location, "\(SchemaMessage.cut(reference)) leads to no schema")
        }
        guard let number = try self.resource(for: target.withoutFragment), let fragment = target.decodedFragment else {
            throw unresolved()
        }
        let found = resources[number]
        if !fragment.isEmpty, !fragment.hasPrefix("/") {
            let name = ByteExactString(fragment)
            guard let pointer = found.anchors[name] else { throw unresolved() }
            let place = SchemaLocation(document: found.document, pointer: pointer)
            return (place, found.dynamicAnchors[name] == nil ? nil : name)
        }
        let place = SchemaLocation(document: found.document, pointer: found.pointer + fragment)
        if subschemas[place] == nil { try indexUnknown(place, from: number, unresolved: unresolved()) }
        return (place, nil)
    }

    private mutating func resource(for uri: String) throws(JSONSchemaError) -> Int? {
        if let known = resourceByURI[ByteExactString(uri)] { return known }
        if let value = registered[ByteExactString(uri)] {
            _ = try load(value, uri: uri)
        } else if let value = MetaSchema.document(uri) {
            _ = try load(value, uri: uri)
        }
        return resourceByURI[ByteExactString(uri)]
    }

    /// Reads the schema at a place that no keyword says holds one.
    private mutating func indexUnknown(
        _ place: SchemaLocation, from resource: Int, unresolved: JSONSchemaError
    ) throws(JSONSchemaError) {
        guard let tokens = JSONPointer.tokens(of: place.pointer.text) else { throw unresolved }
        var value = documents[place.document]
        var pointer = ""
        var nearest = resource
        for token in tokens {
            guard let next = value.descending(by: token) else { throw unresolved }
            value = next
            pointer = JSONPointer.appending(token, to: pointer)
            let location = SchemaLocation(document: place.document, pointer: pointer)
            if let known = subschemas[location] { nearest = known.resource }
        }
        let location = SchemaLocation(document: place.document, pointer: pointer)
        guard location == place else { throw unresolved }
        try index(value, at: location, in: nearest)
    }

    private mutating func addResource(
        uri: String, document: Int, pointer: String, value: JSONValue, parent: Int?
    ) throws(JSONSchemaError) -> Int {
        var identity = URIReference(uri)
        if let id = value["$id"]?.stringValue, !id.hasPrefix("#") {
            identity = URIReference(id).resolved(against: identity)
        }
        let vocabularies: SchemaVocabularies
        if let dialect = value["$schema"]?.stringValue, let metaSchema = registered[ByteExactString(dialect)] {
            vocabularies = try SchemaVocabularies(metaSchema: metaSchema, at: (document > 0 ? uri : "") + "#" + pointer)
        } else {
            vocabularies = parent.map { resources[$0].vocabularies } ?? .all
        }
        let resource = Resource(
            uri: identity.withoutFragment, document: document, pointer: pointer, vocabularies: vocabularies)
        resources.append(resource)
        for uri in [resource.uri, uri] where resourceByURI[ByteExactString(uri)] == nil {
            resourceByURI[ByteExactString(uri)] = resources.count - 1
        }
        return resources.count - 1
    }

    /// Records a schema and those inside it.
    private mutating func index(
        _ value: JSONValue, at start: SchemaLocation, in owner: Int
    ) throws(JSONSchemaError) {
        var pending = [(value, start.pointer.text, owner)]
        while let (value, pointer, owner) = pending.popLast() {
            let location = SchemaLocation(document: start.document, pointer: pointer)
            guard subschemas[location] == nil else { continue }
            guard subschemas.count < Self.maximumSubschemas else {
                throw JSONSchemaError(.tooLarge, at: "#" + pointer, "there are too many subschemas")
            }
            var resource = owner
            if let id = value["$id"]?.stringValue, !id.hasPrefix("#"), pointer != resources[owner].pointer {
                resource = try addResource(
                    uri: resources[owner].uri, document: start.document, pointer: pointer, value: value, parent: owner)
            }
            subschemas[location] = Subschema(value: value, resource: resource)
            if let name = value["$anchor"]?.stringValue { resources[resource].anchors[ByteExactString(name)] = pointer }
            if let name = value["$dynamicAnchor"]?.stringValue {
                resources[resource].anchors[ByteExactString(name)] = pointer
                resources[resource].dynamicAnchors[ByteExactString(name)] = pointer
            }
            for (child, childPointer) in SchemaKeywords.children(of: value, at: pointer) {
                pending.append((child, childPointer, resource))
            }
        }
    }
}
