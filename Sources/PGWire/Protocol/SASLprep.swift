/// The preparation of passwords for SCRAM, RFC 4013, as PostgreSQL does it.
///
/// Its checks look at the text before its normalization, where the RFC means the text after it; and a password that must
/// not be, such as one with a character that Unicode 3.2 did not have, is used as its bytes are. Server and client have to
/// come to the same bytes, so that PostgreSQL's ways are the right ones here.
enum SASLprep {
    /// The bytes that a password stands for in SCRAM.
    static func prepare(_ password: String) -> [UInt8] {
        guard !password.utf8.allSatisfy({ $0 < 0x80 }) else { return Array(password.utf8) }
        let tables = Tables.shared
        var mapped: [UInt32] = []
        for scalar in password.unicodeScalars {
            if tables.spaces.contains(scalar.value) {
                mapped.append(0x20)
            } else if !tables.dropped.contains(scalar.value) {
                mapped.append(scalar.value)
            }
        }
        guard !mapped.isEmpty, !mapped.contains(where: tables.forbidden.contains), tables.isOneWay(mapped) else {
            return Array(password.utf8)
        }
        var prepared = String.UnicodeScalarView()
        for code in NFKC.normalize(mapped) {
            guard let scalar = Unicode.Scalar(code) else { return Array(password.utf8) }
            prepared.append(scalar)
        }
        return Array(String(prepared).utf8)
    }

    private struct Tables: Sendable {
        static let shared = Tables()

        let spaces = CodePointRanges(SASLprepTables.spaces)
        let dropped = CodePointRanges(SASLprepTables.dropped)
        let forbidden = CodePointRanges(SASLprepTables.forbidden)
        private let rightToLeft = CodePointRanges(SASLprepTables.rightToLeft)
        private let leftToRight = CodePointRanges(SASLprepTables.leftToRight)

        /// RFC 3454 section 6: text from right to left begins and ends so, and holds nothing from left to right.
        func isOneWay(_ codes: [UInt32]) -> Bool {
            guard codes.contains(where: rightToLeft.contains) else { return true }
            guard let first = codes.first, let last = codes.last else { return true }
            return rightToLeft.contains(first) && rightToLeft.contains(last)
                && !codes.contains(where: leftToRight.contains)
        }
    }
}

/// A set of code points, from a table of ``SASLprepTables``.
private struct CodePointRanges: Sendable {
    private let ranges: [ClosedRange<UInt32>]

    init(_ table: StaticString) {
        ranges = table.words.map { word in
            let bounds = word.split(separator: UInt8(ascii: "-")).map(UInt32.init(hexadecimal:))
            return bounds[0]...bounds[bounds.count - 1]
        }
    }

    func contains(_ code: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < code { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(code)
    }
}

extension StaticString {
    /// The words of a table.
    var words: [ArraySlice<UInt8>] {
        let bytes = withUTF8Buffer { unsafe Array($0) }
        return bytes.split(separator: UInt8(ascii: " "))
    }
}

extension UInt32 {
    /// The number that hexadecimal digits of a table stand for.
    init(hexadecimal digits: ArraySlice<UInt8>) {
        self = digits.reduce(0) { $0 << 4 | UInt32($1 < 0x3A ? $1 - 0x30 : $1 - 0x37) }
    }
}
