/// The normalization form KC of the characters of Unicode 3.2, which Swift's library does not offer.
///
/// See [Unicode Standard Annex 15](https://www.unicode.org/reports/tr15/).
struct NFKC: Sendable {
    private static let shared = NFKC()

    /// The full decomposition of each code point that has one.
    private let decompositions: [UInt32: [UInt32]]
    /// The composition of each pair that has one, by its two code points.
    private let compositions: [UInt64: UInt32]

    /// The code points in normalization form KC. What Unicode 3.2 does not have is left as it is.
    static func normalize(_ codes: [UInt32]) -> [UInt32] {
        shared.compose(shared.decompose(codes))
    }

    private init() {
        var decompositions: [UInt32: [UInt32]] = [:]
        var key: UInt32 = 0
        for word in SASLprepTables.decompositions.words {
            let run = word.split(separator: UInt8(ascii: ">"))
            if run.count == 2 {
                let bounds = run[0].split(separator: UInt8(ascii: "-")).map(UInt32.init(hexadecimal:))
                let target = UInt32(hexadecimal: run[1])
                for code in bounds[0]...bounds[1] { decompositions[code] = [target + code - bounds[0]] }
                continue
            }
            let parts = word.split(separator: UInt8(ascii: "="))
            key = parts.count == 2 ? UInt32(hexadecimal: parts[0]) : key + 1
            decompositions[key] = parts[parts.count - 1].split(separator: UInt8(ascii: "+"))
                .map(UInt32.init(hexadecimal:))
        }
        self.decompositions = decompositions
        var compositions: [UInt64: UInt32] = [:]
        for word in SASLprepTables.compositions.words {
            let codes = word.split { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "=") }
                .map(UInt32.init(hexadecimal:))
            compositions[Self.pair(codes[0], codes[1])] = codes[2]
        }
        self.compositions = compositions
    }

    private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

    private static func combiningClass(_ code: UInt32) -> UInt8 {
        Unicode.Scalar(code)?.properties.canonicalCombiningClass.rawValue ?? 0
    }

    /// Decomposes, and puts the marks behind each base character into their canonical order.
    private func decompose(_ codes: [UInt32]) -> [UInt32] {
        var decomposed: [UInt32] = []
        var marks: [(code: UInt32, combiningClass: UInt8)] = []
        func placeMarks() {
            // Marks of the same class keep their order.
            let ordered = marks.enumerated().sorted {
                ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
            }
            decomposed += ordered.map(\.element.code)
            marks = []
        }
        for code in codes {
            for part in Hangul.decompose(code) ?? decompositions[code] ?? [code] {
                let combiningClass = Self.combiningClass(part)
                if combiningClass == 0 {
                    placeMarks()
                    decomposed.append(part)
                } else {
                    marks.append((part, combiningClass))
                }
            }
        }
        placeMarks()
        return decomposed
    }

    private func compose(_ codes: [UInt32]) -> [UInt32] {
        var composed: [UInt32] = []
        var base: Int?
        /// The class of what stands between the base and the next character, if anything does.
        var between: UInt8?
        for code in codes {
            let combiningClass = Self.combiningClass(code)
            // A mark behind one of its own class, or behind a character that is no mark, is blocked from the base.
            let isBlocked = between.map { $0 >= combiningClass } ?? false
            if let base, !isBlocked, let whole = composition(composed[base], code) {
                composed[base] = whole
                continue
            }
            if combiningClass == 0 {
                base = composed.count
                between = nil
            } else {
                between = combiningClass
            }
            composed.append(code)
        }
        return composed
    }

    private func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        Hangul.compose(first, second) ?? compositions[Self.pair(first, second)]
    }
}

/// Korean syllables, whose parts are computed rather than listed.
private enum Hangul {
    private static let leading: Range<UInt32> = 0x1100..<0x1113
    private static let vowels: Range<UInt32> = 0x1161..<0x1176
    /// The first of them stands for no trailing consonant.
    private static let trailing: Range<UInt32> = 0x11A7..<0x11C3
    private static let syllables: Range<UInt32> = 0xAC00..<0xD7A4

    static func decompose(_ code: UInt32) -> [UInt32]? {
        guard syllables.contains(code) else { return nil }
        let index = code - syllables.lowerBound
        let count = UInt32(trailing.count)
        let (leadAndVowel, trail) = (index / count, index % count)
        let parts = [
            leading.lowerBound + leadAndVowel / UInt32(vowels.count),
            vowels.lowerBound + leadAndVowel % UInt32(vowels.count),
        ]
        return trail == 0 ? parts : parts + [trailing.lowerBound + trail]
    }

    static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        let count = UInt32(trailing.count)
        if leading.contains(first), vowels.contains(second) {
            let index = (first - leading.lowerBound) * UInt32(vowels.count) + second - vowels.lowerBound
            return syllables.lowerBound + index * count
        }
        guard syllables.contains(first), (first - syllables.lowerBound) % count == 0,
            trailing.dropFirst().contains(second)
        else { return nil }
        return first + second - trailing.lowerBound
    }
}
