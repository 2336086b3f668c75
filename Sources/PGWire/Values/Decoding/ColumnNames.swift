/// Where the columns of a result are, by their names.
struct ColumnNames {
    let columns: [PGColumn]
    /// By the bytes of the names, since the strings of Swift are equal where their characters are.
    private var indices: [[UInt8]: Int] = [:]

    init(_ columns: [PGColumn]) {
        self.columns = columns
        for (index, column) in columns.enumerated() where indices[Array(column.name.utf8)] == nil {
            indices[Array(column.name.utf8)] = index
        }
    }

    subscript(name: String) -> Int? { indices[Array(name.utf8)] }

    func missing(_ name: String) -> PGError {
        PGError(
            .unexpectedResult,
            "The row has no column “\(name)”; it has \(columns.map(\.name).joined(separator: ", "))",
            retry: .pointless)
    }
}
