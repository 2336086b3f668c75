/// A JSON Schema, draft 2020-12, compiled once and used for any number of values, by any number of tasks.
///
/// All vocabularies of the draft are evaluated except that `format`, `contentEncoding` and `contentMediaType` are
/// annotations, as the draft has them by default. References are resolved within the schema, the meta-schemas and the
/// documents given; nothing is ever fetched. Schemas of older drafts are read as 2020-12.
///
/// `pattern` and `patternProperties` are ECMA-262 expressions in Unicode mode, matched in bounded time; backreferences,
/// lookbehind and `\p{Script=…}` are refused.
public struct JSONSchema: Sendable {
    /// How much work one validation may be. Beyond it the value is refused with one violation that says so.
    public struct Limits: Sendable, Hashable {
        /// How many violations are reported. 20 by default.
        public var maximumViolations: Int
        /// How often a subschema may be applied to a part of the value. 1 000 000 by default.
        public var maximumSteps: Int
        /// How many subschemas may be nested in evaluation, references included. 1024 by default.
        public var maximumDepth: Int

        /// Limits for one validation.
        public init(maximumViolations: Int = 20, maximumSteps: Int = 1_000_000, maximumDepth: Int = 1024) {
            self.maximumViolations = maximumViolations
            self.maximumSteps = maximumSteps
            self.maximumDepth = maximumDepth
        }
    }

    /// One thing that is wrong with a value.
    public struct Violation: Hashable, Sendable {
        /// The part of the value that is wrong, as a JSON pointer (RFC 6901); empty for the whole.
        public var instancePath: String
        /// The keyword that it fails, as in `#/properties/age/minimum`.
        public var keywordPath: String
        /// What is wrong and what to change, for a person or a language model: `must be at least 1, but is 0`. At most
        /// some hundred characters.
        public var message: String

        /// A violation, found by a schema or by a check beside it.
        public init(instancePath: String, keywordPath: String, message: String) {
            self.instancePath = instancePath
            self.keywordPath = keywordPath
            self.message = message
        }
    }

    private let program: SchemaProgram
    private let limits: Limits

    /// Compiles a schema.
    /// - Parameters:
    ///   - schema: an object or a Boolean.
    ///   - documents: schemas that it may refer to, by absolute URI.
    ///   - limits: how much work one validation may be.
    /// - Throws: ``JSONSchemaError`` when a keyword is malformed, a pattern is not usable or a reference leads nowhere.
    public init(
        _ schema: JSONValue, documents: [String: JSONValue] = [:], limits: Limits = Limits()
    ) throws(JSONSchemaError) {
        program = try SchemaCompiler.compile(schema, documents: documents)
        self.limits = limits
    }

    /// What is wrong with a value; empty when it is valid.
    public func validate(_ value: JSONValue) -> [Violation] {
        var evaluator = SchemaEvaluator(program, limits: limits)
        return evaluator.run(value)
    }
}

extension JSONSchema.Violation: CustomStringConvertible {
    /// The place and the message in one line.
    public var description: String {
        (instancePath.isEmpty ? "the value" : SchemaMessage.cut(instancePath, to: 200)) + " " + message
    }
}
