extension PGError {
    /// What a `Decodable` type itself found wrong. Its words may quote the value and are left out.
    init(_ error: DecodingError, reading type: any Decodable.Type, in column: String? = nil) {
        let reason =
            switch error {
            case .typeMismatch(let other, _): "a value cannot be read as \(other)"
            case .valueNotFound(let other, _): "NULL cannot be read as \(other)"
            case .keyNotFound(let key, _): "there is no column “\(key.stringValue)”"
            case .dataCorrupted: "the type refused a value"
            @unknown default: "the type refused a value"
            }
        let place = column.map { "Column “\($0)”: The value" } ?? "A row"
        self.init(.conversion, "\(place) cannot be read as \(type): \(reason)", retry: .pointless)
    }
}
