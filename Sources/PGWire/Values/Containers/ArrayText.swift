/// An array in its textual form, such as `[0:1]={{1,2},{3,NULL}}`, taken apart.
///
/// See [Array Input and Output Syntax](https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO).
struct ArrayText {
    /// The dimensions, none for an empty array.
    private(set) var dimensions: [PGArrayDimension] = []
    /// Each element's text without its quotes; nil for NULL.
    private(set) var elements: [[UInt8]?] = []

    private var counts: [Int?] = []
    private var leafDepth: Int?
    private let delimiter: String

    init(_ bytes: RawSpan, type: PGType) throws(PGError) {
        // The one type whose text has commas and goes without quotes.
        delimiter = type == .boxArray ? ";" : ","
        var scanner = TextScanner(bytes.array)
        guard let bounds = Self.bounds(&scanner), level(0, &scanner), scanner.isAtEnd, setDimensions(bounds) else {
            throw .malformed(type, .text)
        }
    }

    /// Reads the bounds that stand in front where a lower one is not 1; nil where they are malformed.
    private static func bounds(_ scanner: inout TextScanner) -> [ClosedRange<Int>]? {
        var bounds: [ClosedRange<Int>] = []
        while scanner.skip("[") {
            guard let lower = scanner.bound(), scanner.skip(":"), let upper = scanner.bound(), scanner.skip("]"),
                lower <= upper, bounds.count < ArrayCoding.maximumDimensions
            else { return nil }
            bounds.append(lower...upper)
        }
        guard bounds.isEmpty || scanner.skip("=") else { return nil }
        return bounds
    }

    /// Reads one pair of braces and what is between them.
    private mutating func level(_ depth: Int, _ scanner: inout TextScanner) -> Bool {
        guard depth < ArrayCoding.maximumDimensions, scanner.skip("{") else { return false }
        if depth == 0, scanner.skip("}") { return true }
        if depth == counts.count { counts.append(nil) }
        var count = 0
        repeat {
            guard scanner.next == UInt8(ascii: "{") ? level(depth + 1, &scanner) : leaf(depth, &scanner) else {
                return false
            }
            count += 1
        } while scanner.skip(delimiter)
        guard scanner.skip("}"), (counts[depth] ?? count) == count else { return false }
        counts[depth] = count
        return true
    }

    private mutating func leaf(_ depth: Int, _ scanner: inout TextScanner) -> Bool {
        let separator = delimiter.utf8.first
        let end = { (byte: UInt8) in byte == separator || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "{") }
        guard (leafDepth ?? depth) == depth, let (token, isQuoted) = scanner.token(endedBy: end) else { return false }
        leafDepth = depth
        guard isQuoted || !token.isEmpty else { return false }
        elements.append(!isQuoted && token.elementsEqual("NULL".utf8) ? nil : token)
        return true
    }

    private mutating func setDimensions(_ bounds: [ClosedRange<Int>]) -> Bool {
        // Elements on one level alone: an array of arrays has none on the levels above.
        guard leafDepth.map({ $0 + 1 == counts.count }) ?? counts.isEmpty else { return false }
        guard bounds.isEmpty || bounds.map(\.count) == counts.map({ $0 ?? 0 }) else { return false }
        for (index, count) in counts.enumerated() {
            let lower = bounds.isEmpty ? 1 : bounds[index].lowerBound
            guard let lowerBound = Int32(exactly: lower) else { return false }
            dimensions.append(PGArrayDimension(count: count ?? 0, lowerBound: lowerBound))
        }
        return true
    }

    /// The elements as values. The text does not tell their type where the array's is not built in; it is then the one
    /// that the Swift type is declared as.
    func decodeElements<Element: PGDecodable>(type: PGType) throws(PGError) -> [Element] {
        var values: [Element] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            guard let element else {
                values.append(try Element.decodeNull())
                continue
            }
            let raw = PGRawValue(element, type: type.elementType ?? .unspecified, format: .text)
            values.append(try raw.decode(as: Element.self))
        }
        return values
    }
}

extension TextScanner {
    /// Reads the bound of a dimension, which may be below zero.
    fileprivate mutating func bound() -> Int? {
        let isNegative = skip("-")
        return digits(1...10).map { isNegative ? -$0 : $0 }
    }
}
