extension URITemplate {
    /// The values of the variables that make this URI, or nil where none do.
    ///
    /// RFC 6570 leaves this open where a template is ambiguous; here a variable has as few characters as possible. Lists
    /// come back as the text that stands in the URI. Work is bounded by the product of the lengths of both.
    public func match(_ uri: String) -> [String: String]? {
        let bytes = Array(uri.utf8)
        guard bytes.count <= Self.maximumURIBytes else { return nil }
        guard let captures = URITemplateMatcher(bytes, steps: parts.flatMap(Self.steps)).captures() else { return nil }
        var values: [String: String] = [:]
        for (name, range) in captures {
            guard let value = PercentEncoding.decode(bytes[range]), values.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        return values
    }

    private static let maximumURIBytes = 8192

    /// What the URI has to have, one after the other.
    private static func steps(of part: Part) -> [URITemplateMatcher.Step] {
        switch part {
        case .literal(let text): return [.literal(Array(PercentEncoding.encode(text, keepingReserved: true).utf8))]
        case .expression(let expression):
            let style = expression.style
            return expression.variables.enumerated().flatMap { index, variable -> [URITemplateMatcher.Step] in
                var lead = Array((index == 0 ? style.first : style.separator).utf8)
                if style.isNamed { lead += Array(variable.name.utf8) + [UInt8(ascii: "=")] }
                let value = URITemplateMatcher.Step.variable(
                    variable.name, takesReserved: style.keepsReserved || variable.explodes,
                    mayBeEmpty: style.isNamed || style.keepsReserved, maximum: variable.prefix)
                return lead.isEmpty ? [value] : [.literal(lead), value]
            }
        }
    }
}

/// Finds the variables of a ``URITemplate`` in a URI.
struct URITemplateMatcher {
    enum Step: Sendable {
        case literal([UInt8])
        case variable(String, takesReserved: Bool, mayBeEmpty: Bool, maximum: Int?)
    }

    private let bytes: [UInt8]
    private let steps: [Step]

    init(_ bytes: [UInt8], steps: [Step]) {
        self.bytes = bytes
        self.steps = steps
    }

    /// The variables' places, or nil where the URI does not match.
    ///
    /// From the last step to the first it is found out where each one ends at the earliest for each place that it may
    /// begin at; then the steps are walked from the beginning.
    func captures() -> [(String, Range<Int>)]? {
        var ends: [[Int?]] = []
        // Behind the last step nothing may be left.
        var matches = [Bool](repeating: false, count: bytes.count) + [true]
        for step in steps.reversed() {
            let found = earliestEnds(of: step, where: matches)
            matches = found.map { $0 != nil }
            ends.append(found)
        }
        var captures: [(String, Range<Int>)] = []
        var offset = 0
        for (step, ends) in zip(steps, ends.reversed()) {
            guard let end = ends[offset] else { return nil }
            if case .variable(let name, _, _, _) = step { captures.append((name, offset..<end)) }
            offset = end
        }
        return offset == bytes.count ? captures : nil
    }

    /// For each place at which a step may begin, the first at which it can end so that the rest matches.
    private func earliestEnds(of step: Step, where matches: [Bool]) -> [Int?] {
        var ends = [Int?](repeating: nil, count: bytes.count + 1)
        switch step {
        case .literal(let literal):
            for offset in bytes.indices where bytes[offset...].starts(with: literal) && matches[offset + literal.count]
            {
                ends[offset] = offset + literal.count
            }
        case .variable(_, let takesReserved, let mayBeEmpty, let maximum):
            // Encoded, a character has at most 12 bytes.
            let longest = maximum.map { $0 * 12 } ?? .max
            var next: Int?
            for offset in stride(from: bytes.count, through: 0, by: -1) {
                var later: Int?
                if offset < bytes.count, takes(bytes[offset], takesReserved) { later = next }
                let end = mayBeEmpty && matches[offset] ? offset : later
                ends[offset] = end.flatMap { $0 - offset <= longest ? $0 : nil }
                next = matches[offset] ? offset : later
            }
        }
        return ends
    }

    private func takes(_ byte: UInt8, _ takesReserved: Bool) -> Bool {
        takesReserved || PercentEncoding.isUnreserved(byte) || byte == UInt8(ascii: "%")
    }
}
