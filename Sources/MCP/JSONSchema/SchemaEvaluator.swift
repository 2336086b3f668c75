/// Evaluates one value.
///
/// Recurses with the schema and the value; depth and steps are counted, so that a schema that refers to itself without
/// end comes to one.
struct SchemaEvaluator {
    /// A step from a value to a part of it.
    private enum Step {
        case member(String)
        case element(Int)
    }

    let program: SchemaProgram
    private let limits: JSONSchema.Limits
    private var path: [Step] = []
    private var scope: [Int] = []
    private var depth = 0
    private var steps = 0
    private var isExhausted = false
    /// Off where a failure is not yet the value's fault, as under `not` and `if`.
    var isReporting = true
    var violations: [JSONSchema.Violation] = []

    init(_ program: SchemaProgram, limits: JSONSchema.Limits) {
        self.program = program
        self.limits = limits
    }

    mutating func run(_ value: JSONValue) -> [JSONSchema.Violation] {
        var evaluated = EvaluatedParts()
        let isValid = evaluate(program.root, value, &evaluated)
        if isExhausted {
            let message = "is too deeply nested or too large to be checked, or its schema refers to itself without end"
            return [JSONSchema.Violation(instancePath: "", keywordPath: "#", message: message)]
        }
        return isValid ? [] : violations
    }

    /// Whether a value satisfies a node; `evaluated` gains what it looked at, and counts only if it does.
    mutating func evaluate(_ number: Int, _ value: JSONValue, _ evaluated: inout EvaluatedParts) -> Bool {
        depth += 1
        steps += 1
        defer { depth -= 1 }
        if depth > limits.maximumDepth || steps > limits.maximumSteps { isExhausted = true }
        if isExhausted { return false }
        let node = program.nodes[number]
        if let isAllowed = node.isAllowed {
            if !isAllowed { report("no value is allowed here; leave it out", at: node.location) }
            return isAllowed
        }
        let entersResource = scope.last != node.resource
        if entersResource { scope.append(node.resource) }
        defer { if entersResource { scope.removeLast() } }
        // A schema does not see what the schemas beside or around it have looked at.
        var own = EvaluatedParts()
        var isValid = true
        for keyword in node.keywords where isValid || !keyword.dependsOnEvaluation {
            if evaluate(keyword, of: node, value, &own) { continue }
            isValid = false
            if !isReporting || isExhausted { return false }
        }
        if isValid, program.tracksEvaluation { evaluated.formUnion(own) }
        return isValid
    }

    private mutating func evaluate(
        _ keyword: SchemaKeyword, of node: SchemaNode, _ value: JSONValue, _ evaluated: inout EvaluatedParts
    ) -> Bool {
        switch keyword {
        case .reference(let target): return evaluate(target, value, &evaluated)
        case .dynamicReference(let anchor, let fallback):
            return evaluate(target(of: anchor) ?? fallback, value, &evaluated)
        case .assertion(let assertion):
            guard let message = assertion.failure(of: value) else { return true }
            report(message, at: node.location, assertion.keyword)
            return false
        case .properties(let schemas): return evaluate(schemas, of: value, node, &evaluated)
        case .propertyNames(let names): return evaluate(names: names, of: value)
        case .dependentSchemas(let rules):
            guard case .object(let object) = value else { return true }
            var isValid = true
            for rule in rules where object.contains(key: rule.key) {
                isValid = evaluate(rule.node, value, &evaluated) && isValid
            }
            return isValid
        case .items(let prefix, let rest): return evaluate(prefix: prefix, rest: rest, of: value, &evaluated)
        case .contains(let target, let minimum, let maximum):
            return evaluate(contained: target, minimum, maximum, of: value, node, &evaluated)
        case .allOf(let branches):
            var isValid = true
            for branch in branches { isValid = evaluate(branch, value, &evaluated) && isValid }
            return isValid
        case .anyOf(let branches): return evaluate(anyOf: branches, value, node, &evaluated)
        case .oneOf(let branches): return evaluate(oneOf: branches, value, node, &evaluated)
        case .not(let target): return evaluate(not: target, value, node)
        case .conditional(let condition, let then, let otherwise):
            return evaluate(condition: condition, then, otherwise, value, &evaluated)
        case .unevaluatedProperties(let target):
            return evaluate(unevaluatedProperties: target, of: value, node, &evaluated)
        case .unevaluatedItems(let target): return evaluate(unevaluatedItems: target, of: value, &evaluated)
        }
    }

    /// Where a dynamic reference goes: the outermost resource in scope that defines the anchor.
    private func target(of anchor: ByteExactString?) -> Int? {
        guard let anchor, let places = program.dynamicAnchors[anchor] else { return nil }
        return scope.lazy.compactMap { places[$0] }.first
    }

    /// Evaluates a node on a member of the value.
    mutating func evaluate(_ node: Int, _ value: JSONValue, member key: String) -> Bool {
        path.append(.member(key))
        defer { path.removeLast() }
        var evaluated = EvaluatedParts()
        return evaluate(node, value, &evaluated)
    }

    /// Evaluates a node on an element of the value.
    mutating func evaluate(_ node: Int, _ value: JSONValue, element index: Int) -> Bool {
        path.append(.element(index))
        defer { path.removeLast() }
        var evaluated = EvaluatedParts()
        return evaluate(node, value, &evaluated)
    }

    /// Evaluates a node without reporting what it fails.
    mutating func evaluateQuietly(_ node: Int, _ value: JSONValue, _ evaluated: inout EvaluatedParts) -> Bool {
        let wasReporting = isReporting
        isReporting = false
        defer { isReporting = wasReporting }
        return evaluate(node, value, &evaluated)
    }

    /// Reports what is wrong with the part of the value that evaluation has come to, or with a member of it.
    mutating func report(_ message: String, at location: String, _ keyword: String? = nil, member: String? = nil) {
        guard isReporting, violations.count < limits.maximumViolations else { return }
        if let member { path.append(.member(member)) }
        defer { if member != nil { path.removeLast() } }
        let pointer = path.reduce("") { pointer, step in
            switch step {
            case .member(let key): JSONPointer.appending(key, to: pointer)
            case .element(let index): JSONPointer.appending(index, to: pointer)
            }
        }
        violations.append(
            JSONSchema.Violation(
                instancePath: pointer, keywordPath: keyword.map { location + "/" + $0 } ?? location, message: message))
    }
}

/// Which members and elements of a value a schema has looked at, for `unevaluatedProperties` and `unevaluatedItems`.
struct EvaluatedParts {
    /// Places of members in the object.
    var members: Set<Int> = []
    var hasAllMembers = false
    /// So many elements from the first one on.
    var leadingElements = 0
    var elements: Set<Int> = []
    var hasAllElements = false

    mutating func formUnion(_ other: EvaluatedParts) {
        members.formUnion(other.members)
        hasAllMembers = hasAllMembers || other.hasAllMembers
        leadingElements = max(leadingElements, other.leadingElements)
        elements.formUnion(other.elements)
        hasAllElements = hasAllElements || other.hasAllElements
    }
}
