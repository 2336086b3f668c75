/// What the answer that is streamed brings first.
enum StreamOpening: Sendable {
    /// Rows of these columns, or none.
    case rows([PGColumn])
    /// The data of a COPY, in one of its directions.
    case copy(CopyResponse)
}

/// A piece of an answer that is streamed.
enum StreamChunk: Sendable {
    case rows(PGResult.Storage)
    case bytes([UInt8])

    /// About how much memory it takes.
    var byteCount: Int {
        switch self {
        case .rows(let storage): storage.rows.byteCount
        case .bytes(let bytes): bytes.count
        }
    }
}
