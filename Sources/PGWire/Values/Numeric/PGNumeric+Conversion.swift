extension PGNumeric: ExpressibleByIntegerLiteral {
    /// A whole number, without digits after the point.
    public init(_ value: some FixedWidthInteger) {
        var groups: [UInt16] = []
        var rest = value.magnitude
        while rest != 0 {
            // A magnitude of eight bits holds no 10,000, and is its own last group.
            guard let base = type(of: rest).init(exactly: 10_000) else {
                groups.append(UInt16(rest))
                break
            }
            groups.append(UInt16(rest % base))
            rest /= base
        }
        let weight = max(0, groups.count - 1)
        groups = groups.drop { $0 == 0 }.reversed()
        self.init(kind: .finite, isNegative: value < 0, weight: weight, scale: 0, groups: groups)
    }

    /// A whole number.
    public init(integerLiteral value: Int64) { self.init(value) }

    /// The number that the shortest decimal text of `value` names, such as 0.1 for `0.1`, which as a `Double` is
    /// another number very close to it.
    public init?(shortest value: Double) {
        var text = value.postgresText
        if text.hasSuffix(".0") { text.removeLast(2) }
        self.init(text)
    }

    /// The `Double` nearest to the number; an infinity where the number is beyond what a `Double` holds, zero where it is
    /// too close to it.
    public var nearestDouble: Double {
        switch kind {
        case .nan: .nan
        case .infinity: .infinity
        case .negativeInfinity: -.infinity
        case .finite: Double(description) ?? .nan
        }
    }
}

extension FixedWidthInteger {
    /// The whole number that a `numeric` is, or nil where it is none or out of range. `2.00` is 2.
    public init?(exactly value: PGNumeric) {
        guard value.isFinite else { return nil }
        var result: Self = 0
        if value.groups.isEmpty {
            self = result
            return
        }
        // 128 bits have ten groups at most; for a wider integer the overflow is found below.
        guard value.weight >= value.groups.count - 1, value.weight < Self.bitWidth else { return nil }
        for index in 0...value.weight {
            let group = index < value.groups.count ? value.groups[index] : 0
            for digit in [group / 1000, group / 100 % 10, group / 10 % 10, group % 10] {
                let (product, overflow) = result.multipliedReportingOverflow(by: 10)
                let part = Self(digit)
                let (sum, overflowOfSum) =
                    value.isNegative
                    ? product.subtractingReportingOverflow(part) : product.addingReportingOverflow(part)
                guard !overflow, !overflowOfSum else { return nil }
                result = sum
            }
        }
        self = result
    }
}
