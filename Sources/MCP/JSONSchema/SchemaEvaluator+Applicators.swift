/// Keywords that apply subschemas to the value itself.
extension SchemaEvaluator {
    mutating func evaluate(
        anyOf branches: [Int], _ value: JSONValue, _ node: SchemaNode, _ evaluated: inout EvaluatedParts
    ) -> Bool {
        var failures: [[JSONSchema.Violation]] = []
        var isValid = false
        for branch in branches {
            var parts = EvaluatedParts()
            if let failure = attempt(branch, value, &parts) {
                failures.append(failure)
            } else {
                isValid = true
                evaluated.formUnion(parts)
                if !program.tracksEvaluation { break }
            }
        }
        if !isValid { reportNoMatch(failures, at: node, "anyOf") }
        return isValid
    }

    mutating func evaluate(
        oneOf branches: [Int], _ value: JSONValue, _ node: SchemaNode, _ evaluated: inout EvaluatedParts
    ) -> Bool {
        var failures: [[JSONSchema.Violation]] = []
        var matching: [Int] = []
        for (index, branch) in branches.enumerated() {
            var parts = EvaluatedParts()
            if let failure = attempt(branch, value, &parts) {
                failures.append(failure)
            } else {
                matching.append(index)
                evaluated.formUnion(parts)
            }
        }
        if matching.isEmpty { reportNoMatch(failures, at: node, "oneOf") }
        if matching.count > 1 {
            report(
                "must match exactly one of \(branches.count) alternatives, but matches several (numbers "
                    + "\(matching.prefix(10).map { "\($0 + 1)" }.joined(separator: ", "))); make it fit only one",
                at: node.location, "oneOf")
        }
        return matching.count == 1
    }

    mutating func evaluate(not target: Int, _ value: JSONValue, _ node: SchemaNode) -> Bool {
        var parts = EvaluatedParts()
        guard evaluateQuietly(target, value, &parts) else { return true }
        report("matches what it must not match; change it", at: node.location, "not")
        return false
    }

    mutating func evaluate(
        condition: Int, _ then: Int?, _ otherwise: Int?, _ value: JSONValue, _ evaluated: inout EvaluatedParts
    ) -> Bool {
        var parts = EvaluatedParts()
        let holds = evaluateQuietly(condition, value, &parts)
        if holds { evaluated.formUnion(parts) }
        guard let branch = holds ? then : otherwise else { return true }
        return evaluate(branch, value, &evaluated)
    }

    /// Evaluates one alternative; gives what it fails, or nil when it fails nothing.
    private mutating func attempt(
        _ branch: Int, _ value: JSONValue, _ parts: inout EvaluatedParts
    ) -> [JSONSchema.Violation]? {
        let before = violations
        violations = []
        defer { violations = before }
        return evaluate(branch, value, &parts) ? nil : violations
    }

    /// Reports that no alternative fits, with what the closest ones lack.
    private mutating func reportNoMatch(
        _ failures: [[JSONSchema.Violation]], at node: SchemaNode, _ keyword: String
    ) {
        guard isReporting else { return }
        let closest = failures.filter { !$0.isEmpty }.sorted { $0.count < $1.count }.prefix(3)
        let options = closest.map { failure in
            failure.prefix(3).map { SchemaMessage.cut($0.description, to: 160) }.joined(separator: " and ")
        }
        let rest = failures.count > options.count ? "; or \(failures.count - options.count) others" : ""
        let details = options.isEmpty ? "" : ": either " + options.joined(separator: "; or ") + rest
        report("fits none of the \(failures.count) alternatives" + details, at: node.location, keyword)
    }
}
