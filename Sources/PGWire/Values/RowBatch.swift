/// Rows as they come from the server, one behind the other.
struct RowBatch: Sendable {
    private var bytes: [UInt8] = []
    private var rows: [Int] = []

    var isEmpty: Bool { rows.isEmpty }

    /// Appends a row: each value after its length, the number of columns left out.
    mutating func append(_ row: RawSpan) {
        rows.append(bytes.count)
        unsafe row.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// The rows for reading.
    func storage(columns: [PGColumn]) -> PGResult.Storage {
        PGResult.Storage(columns: columns, bytes: bytes, rows: rows)
    }
}
