/// How the data of a COPY is written, from CopyInResponse, CopyOutResponse or CopyBothResponse.
struct CopyResponse: Sendable, Equatable {
    /// The form of the whole.
    var format: PGFormat
    /// The form of each column.
    var columnFormats: [PGFormat]
}

extension CopyResponse {
    init(payload: RawSpan) throws(ByteReader.Failure) {
        var reader = ByteReader(payload)
        guard let format = PGFormat(rawValue: Int16(try reader.read(Int8.self))) else { throw .invalidValue }
        let count = Int(try reader.read(Int16.self))
        guard count >= 0 else { throw .invalidValue }
        guard count * MemoryLayout<Int16>.size <= reader.remaining else { throw .truncated }
        var columnFormats: [PGFormat] = []
        columnFormats.reserveCapacity(count)
        for _ in 0..<count {
            guard let format = PGFormat(rawValue: try reader.read(Int16.self)) else { throw .invalidValue }
            columnFormats.append(format)
        }
        try reader.finish()
        self.format = format
        self.columnFormats = columnFormats
    }
}
