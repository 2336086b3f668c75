/// Rows as they come from the server, one behind the other.
struct RowBatch: Sendable {
    /// Each value after its length; the number of columns is left out.
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    /// Where each row but the first begins: most results have one row, and then there is nothing to keep.
    private var starts: [Int] = []

    /// About how much memory it takes.
    var byteCount: Int { bytes.count + count * MemoryLayout<Int>.size }

    var isEmpty: Bool { count == 0 }

    /// Appends a row.
    @inline(__always)
    mutating func append(_ row: RawSpan) {
        if count > 0 { starts.append(bytes.count) }
        count += 1
        unsafe row.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// Where a row's first length stands in ``bytes``.
    @inline(__always)
    func start(of row: Int) -> Int {
        precondition(row >= 0 && row < count, "there is no such row")
        return row == 0 ? 0 : starts[row - 1]
    }
}
