/// Keywords that apply subschemas to members and elements.
extension SchemaEvaluator {
    mutating func evaluate(
        _ schemas: PropertySchemas, of value: JSONValue, _ node: SchemaNode, _ evaluated: inout EvaluatedParts
    ) -> Bool {
        guard case .object(let object) = value else { return true }
        var isValid = true
        for (index, (key, member)) in object.enumerated() {
            var isEvaluated = false
            if let target = schemas.named[ByteExactString(key)] {
                isEvaluated = true
                isValid = evaluate(target, member, member: key) && isValid
            }
            for (pattern, target) in schemas.patterns {
                guard let matches = pattern.matches(key) else {
                    report("has a name too long to be checked; shorten it", at: node.location, member: key)
                    isValid = false
                    continue
                }
                if matches {
                    isEvaluated = true
                    isValid = evaluate(target, member, member: key) && isValid
                }
            }
            if !isEvaluated, let additional = schemas.additional {
                isEvaluated = true
                isValid =
                    evaluate(
                        extra: additional, key, member, allowed: schemas.names, node, "additionalProperties") && isValid
            }
            if isEvaluated, program.tracksEvaluation { evaluated.members.insert(index) }
            if !isValid, !isReporting { return false }
        }
        return isValid
    }

    mutating func evaluate(
        unevaluatedProperties target: Int, of value: JSONValue, _ node: SchemaNode, _ evaluated: inout EvaluatedParts
    ) -> Bool {
        guard case .object(let object) = value, !evaluated.hasAllMembers else { return true }
        var isValid = true
        for (index, (key, member)) in object.enumerated() where !evaluated.members.contains(index) {
            isValid = evaluate(extra: target, key, member, allowed: [], node, "unevaluatedProperties") && isValid
        }
        evaluated.hasAllMembers = true
        return isValid
    }

    /// Evaluates a member that the schema does not name.
    private mutating func evaluate(
        extra target: Int, _ key: String, _ member: JSONValue, allowed: [String], _ node: SchemaNode, _ keyword: String
    ) -> Bool {
        if program.nodes[target].isAllowed == false {
            report(SchemaMessage.unknownProperty(key, allowed: allowed), at: node.location, keyword, member: key)
            return false
        }
        return evaluate(target, member, member: key)
    }

    mutating func evaluate(names target: Int, of value: JSONValue) -> Bool {
        guard case .object(let object) = value else { return true }
        var isValid = true
        for (key, _) in object {
            let before = violations.count
            if evaluate(target, .string(key), member: key) { continue }
            isValid = false
            if !isReporting { return false }
            for index in before..<violations.count {
                violations[index].message = "is a property whose name is wrong: it " + violations[index].message
            }
        }
        return isValid
    }

    mutating func evaluate(
        prefix: [Int], rest: Int?, of value: JSONValue, _ evaluated: inout EvaluatedParts
    ) -> Bool {
        guard case .array(let elements) = value else { return true }
        var isValid = true
        for (index, element) in elements.enumerated() {
            guard let target = index < prefix.count ? prefix[index] : rest else { break }
            isValid = evaluate(target, element, element: index) && isValid
            if !isValid, !isReporting { return false }
        }
        if rest != nil { evaluated.hasAllElements = true }
        evaluated.leadingElements = max(evaluated.leadingElements, prefix.count)
        return isValid
    }

    mutating func evaluate(
        contained target: Int, _ minimum: Int, _ maximum: Int?, of value: JSONValue, _ node: SchemaNode,
        _ evaluated: inout EvaluatedParts
    ) -> Bool {
        guard case .array(let elements) = value else { return true }
        var count = 0
        for (index, element) in elements.enumerated() {
            var parts = EvaluatedParts()
            guard evaluateQuietly(target, element, &parts) else { continue }
            count += 1
            if program.tracksEvaluation { evaluated.elements.insert(index) }
        }
        if count < minimum {
            let times = minimum == 1 ? "an item" : "at least \(minimum) items"
            report("must hold \(times) that match, but holds \(count)", at: node.location, "contains")
            return false
        }
        if let maximum, count > maximum {
            report(
                "must hold at most \(maximum) items that match, but holds \(count)", at: node.location, "maxContains")
            return false
        }
        return true
    }

    mutating func evaluate(
        unevaluatedItems target: Int, of value: JSONValue, _ evaluated: inout EvaluatedParts
    ) -> Bool {
        guard case .array(let elements) = value, !evaluated.hasAllElements else { return true }
        var isValid = true
        for (index, element) in elements.enumerated().dropFirst(evaluated.leadingElements)
        where !evaluated.elements.contains(index) {
            isValid = evaluate(target, element, element: index) && isValid
        }
        evaluated.hasAllElements = true
        return isValid
    }
}
