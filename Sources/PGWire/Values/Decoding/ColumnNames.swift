/// Where the columns of a result are, by their names.
struct ColumnNames {
    let columns: [PGColumn]
    /// Empty for so few columns that looking at each of them is less work.
    private var indices: [String: Int] = [:]

    init(_ columns: [PGColumn]) {
        self.columns = columns
        guard columns.count > 16 else { return }
        for (index, column) in columns.enumerated() where indices[column.name] == nil { indices[column.name] = index }
    }

    /// The first column of this name, byte by byte: to a dictionary strings are equal where their characters are.
    subscript(name: String) -> Int? {
        if let index = indices[name], columns[index].name.utf8.elementsEqual(name.utf8) { return index }
        return columns.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    }

    func missing(_ name: String) -> PGError {
        PGError(
            .unexpectedResult,
            "The row has no column “\(name)”; it has \(columns.map(\.name).joined(separator: ", "))",
            retry: .pointless)
    }
}
