/// The meta-schemas of draft 2020-12, which schemas may refer to, as published at json-schema.org (without their titles
/// and comments).
enum MetaSchema {
    private static let prefix = "https://json-schema.org/draft/2020-12/"

    /// The meta-schema with this URI, if it is one of them.
    static func document(_ uri: String) -> JSONValue? {
        uri.hasPrefix(prefix) ? documents[String(uri.dropFirst(prefix.count))] : nil
    }

    private static let documents: [String: JSONValue] = {
        var documents: [String: JSONValue] = [:]
        for (name, text) in sources {
            guard let body = try? JSONValue(parsing: text), case .object(let members) = body else {
                preconditionFailure("the meta-schema \(name) is not JSON")
            }
            let vocabularies =
                name == "schema"
                ? sources.map(\.name).filter { $0 != "schema" }.map { String($0.dropFirst(5)) }
                : [String(name.dropFirst(5))]
            var schema: JSONObject = [
                "$schema": .string(prefix + "schema"), "$id": .string(prefix + name),
                "$vocabulary": .object(JSONObject(vocabularies.map { ("\(prefix)vocab/\($0)", true) })),
                "$dynamicAnchor": "meta", "type": ["object", "boolean"],
            ]
            for (key, value) in members { schema[key] = value }
            documents[name] = .object(schema)
        }
        return documents
    }()

    private static let sources: [(name: String, text: String)] = [
        (
            "schema",
            #"""
            {"allOf":[{"$ref":"meta/core"},{"$ref":"meta/applicator"},{"$ref":"meta/unevaluated"},
            {"$ref":"meta/validation"},{"$ref":"meta/meta-data"},{"$ref":"meta/format-annotation"},
            {"$ref":"meta/content"}],"properties":{
            "definitions":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"},"deprecated":true,"default":{}},
            "dependencies":{"type":"object","additionalProperties":{"anyOf":[{"$dynamicRef":"#meta"},
            {"$ref":"meta/validation#/$defs/stringArray"}]},"deprecated":true,"default":{}},
            "$recursiveAnchor":{"$ref":"meta/core#/$defs/anchorString","deprecated":true},
            "$recursiveRef":{"$ref":"meta/core#/$defs/uriReferenceString","deprecated":true}}}
            """#
        ),
        (
            "meta/core",
            #"""
            {"properties":{"$id":{"$ref":"#/$defs/uriReferenceString","pattern":"^[^#]*#?$"},
            "$schema":{"$ref":"#/$defs/uriString"},"$ref":{"$ref":"#/$defs/uriReferenceString"},
            "$anchor":{"$ref":"#/$defs/anchorString"},"$dynamicRef":{"$ref":"#/$defs/uriReferenceString"},
            "$dynamicAnchor":{"$ref":"#/$defs/anchorString"},
            "$vocabulary":{"type":"object","propertyNames":{"$ref":"#/$defs/uriString"},
            "additionalProperties":{"type":"boolean"}},"$comment":{"type":"string"},
            "$defs":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"}}},
            "$defs":{"anchorString":{"type":"string","pattern":"^[A-Za-z_][-A-Za-z0-9._]*$"},
            "uriString":{"type":"string","format":"uri"},
            "uriReferenceString":{"type":"string","format":"uri-reference"}}}
            """#
        ),
        (
            "meta/applicator",
            #"""
            {"properties":{"prefixItems":{"$ref":"#/$defs/schemaArray"},"items":{"$dynamicRef":"#meta"},
            "contains":{"$dynamicRef":"#meta"},"additionalProperties":{"$dynamicRef":"#meta"},
            "properties":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"},"default":{}},
            "patternProperties":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"},
            "propertyNames":{"format":"regex"},"default":{}},
            "dependentSchemas":{"type":"object","additionalProperties":{"$dynamicRef":"#meta"},"default":{}},
            "propertyNames":{"$dynamicRef":"#meta"},"if":{"$dynamicRef":"#meta"},"then":{"$dynamicRef":"#meta"},
            "else":{"$dynamicRef":"#meta"},"allOf":{"$ref":"#/$defs/schemaArray"},
            "anyOf":{"$ref":"#/$defs/schemaArray"},"oneOf":{"$ref":"#/$defs/schemaArray"},
            "not":{"$dynamicRef":"#meta"}},
            "$defs":{"schemaArray":{"type":"array","minItems":1,"items":{"$dynamicRef":"#meta"}}}}
            """#
        ),
        (
            "meta/unevaluated",
            #"""
            {"properties":{"unevaluatedItems":{"$dynamicRef":"#meta"},"unevaluatedProperties":{"$dynamicRef":"#meta"}}}
            """#
        ),
        (
            "meta/validation",
            #"""
            {"properties":{"type":{"anyOf":[{"$ref":"#/$defs/simpleTypes"},{"type":"array",
            "items":{"$ref":"#/$defs/simpleTypes"},"minItems":1,"uniqueItems":true}]},"const":true,
            "enum":{"type":"array","items":true},"multipleOf":{"type":"number","exclusiveMinimum":0},
            "maximum":{"type":"number"},"exclusiveMaximum":{"type":"number"},"minimum":{"type":"number"},
            "exclusiveMinimum":{"type":"number"},"maxLength":{"$ref":"#/$defs/nonNegativeInteger"},
            "minLength":{"$ref":"#/$defs/nonNegativeIntegerDefault0"},"pattern":{"type":"string","format":"regex"},
            "maxItems":{"$ref":"#/$defs/nonNegativeInteger"},"minItems":{"$ref":"#/$defs/nonNegativeIntegerDefault0"},
            "uniqueItems":{"type":"boolean","default":false},"maxContains":{"$ref":"#/$defs/nonNegativeInteger"},
            "minContains":{"$ref":"#/$defs/nonNegativeInteger","default":1},
            "maxProperties":{"$ref":"#/$defs/nonNegativeInteger"},
            "minProperties":{"$ref":"#/$defs/nonNegativeIntegerDefault0"},"required":{"$ref":"#/$defs/stringArray"},
            "dependentRequired":{"type":"object","additionalProperties":{"$ref":"#/$defs/stringArray"}}},
            "$defs":{"nonNegativeInteger":{"type":"integer","minimum":0},
            "nonNegativeIntegerDefault0":{"$ref":"#/$defs/nonNegativeInteger","default":0},
            "simpleTypes":{"enum":["array","boolean","integer","null","number","object","string"]},
            "stringArray":{"type":"array","items":{"type":"string"},"uniqueItems":true,"default":[]}}}
            """#
        ),
        (
            "meta/meta-data",
            #"""
            {"properties":{"title":{"type":"string"},"description":{"type":"string"},"default":true,
            "deprecated":{"type":"boolean","default":false},"readOnly":{"type":"boolean","default":false},
            "writeOnly":{"type":"boolean","default":false},"examples":{"type":"array","items":true}}}
            """#
        ),
        ("meta/format-annotation", #"{"properties":{"format":{"type":"string"}}}"#),
        (
            "meta/content",
            #"""
            {"properties":{"contentEncoding":{"type":"string"},"contentMediaType":{"type":"string"},
            "contentSchema":{"$dynamicRef":"#meta"}}}
            """#
        ),
    ]
}
