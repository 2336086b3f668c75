/// Errors about values. None quotes the value.
extension PGError {
    /// A column's type is not one that the Swift type can hold.
    static func mismatch(_ type: PGType, as target: any PGDecodable.Type) -> PGError {
        let hint = type.isBuiltIn ? "" : "; for a type that someone created there is PGUserDefined"
        return PGError(.conversion, "A column of \(type.phrase) cannot be read as \(target)\(hint)", retry: .pointless)
    }

    /// A column's type fits, yet not in the format that it came in.
    static func unreadableFormat(_ type: PGType, as target: any PGDecodable.Type, _ format: PGFormat) -> PGError {
        PGError(
            .conversion, "A column of \(type.phrase) in \(format) format cannot be read as \(target)", retry: .pointless
        )
    }

    /// The bytes are not a value of the type that they are said to have.
    static func malformed(_ type: PGType, _ format: PGFormat) -> PGError {
        let cure = format == .text ? style(of: type) : nil
        return PGError(
            .conversion, "The server sent bytes that are no \(type) in \(format) format\(cure.map { "; \($0)" } ?? "")",
            retry: .pointless)
    }

    /// The setting without which the text of a type is not read, since the styles can mean different days by the same text.
    private static func style(of type: PGType) -> String? {
        switch type {
        case .date, .timestamp, .timestamptz: "of the styles of dates ISO alone is read: SET DateStyle TO ISO"
        case .interval: "of the styles of intervals postgres alone is read: SET IntervalStyle TO postgres"
        default: nil
        }
    }

    /// A Swift value has no counterpart in the server's type.
    static func unencodable(_ type: PGType, _ reason: String) -> PGError {
        PGError(.conversion, "The value cannot be sent as \(type): \(reason)", retry: .pointless)
    }
}

extension RawSpan {
    /// The one integer in network byte order that the span consists of, or nil where it has another length.
    func integer<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) -> T? {
        guard byteCount == MemoryLayout<T>.size else { return nil }
        var reader = ByteReader(self)
        return try? reader.read(T.self)
    }
}
