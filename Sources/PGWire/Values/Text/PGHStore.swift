/// A value of the extension `hstore`: keys with texts or NULL.
///
/// The server knows the type by a number that differs between databases, so that a parameter is sent without one and the
/// server infers it: from the column that it is compared with or stored in, or from a cast, `\(tags)::hstore`. See
/// [hstore](https://www.postgresql.org/docs/current/hstore.html).
public struct PGHStore: Hashable, Sendable {
    /// The texts by their keys; nil is NULL.
    public var values: [String: String?]

    /// A value of these keys and texts.
    public init(_ values: [String: String?]) { self.values = values }

    /// The text of a key; nil where there is none, be it that it is NULL or that the key is not there.
    public subscript(key: String) -> String? { values[key] ?? nil }
}

extension PGHStore: ExpressibleByDictionaryLiteral {
    /// A value of these keys and texts, of which the last of equal keys counts.
    public init(dictionaryLiteral elements: (String, String?)...) {
        self.init(Dictionary(elements) { $1 })
    }
}

extension PGHStore: PGTextConvertible {
    /// The value that a text in the form `"a"=>"1", "b"=>NULL` names; nil otherwise.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        self.init([:])
        guard !scanner.isAtEnd else { return }
        repeat {
            guard let key = scanner.quoted(), scanner.skip("=>") else { return nil }
            guard !scanner.skip("NULL") else {
                values.updateValue(nil, forKey: key)
                continue
            }
            guard let value = scanner.quoted() else { return nil }
            values.updateValue(value, forKey: key)
        } while scanner.skip(", ")
        guard scanner.isAtEnd else { return nil }
    }

    /// The value in the form `"a"=>"1", "b"=>NULL`, in the order of its keys.
    public var description: String {
        values.sorted { $0.key < $1.key }.map { key, value in
            Self.quote(key) + "=>" + (value.map(Self.quote) ?? "NULL")
        }.joined(separator: ", ")
    }

    private static func quote(_ text: String) -> String {
        "\"" + text.escaping(["\\": "\\", "\"": "\\"]) + "\""
    }
}

extension PGHStore: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .unspecified }
    public static var postgresArrayType: PGType { .unspecified }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard let count = Int32(exactly: values.count) else { throw .unencodable(.unspecified, "it has too many keys") }
        buffer.append(count)
        for (key, value) in values {
            try buffer.append(key, in: .unspecified)
            try buffer.append(value, in: .unspecified)
        }
    }

    /// Reads a value of a type that someone created.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGHStore {
        guard !type.isBuiltIn || type == .unspecified else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        do {
            return PGHStore(try read(bytes))
        } catch let error as PGError {
            throw error
        } catch {
            throw .malformed(type, format)
        }
    }

    /// Throws ``PGError`` for what a dictionary cannot hold, ``ByteReader/Failure`` for the rest.
    private static func read(_ bytes: RawSpan) throws -> [String: String?] {
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(Int32.self))
        // A key and a value take eight bytes at least, so that a count is no claim to more memory than there is.
        guard count >= 0, count <= reader.remaining / 8 else { throw ByteReader.Failure.invalidValue }
        var values: [String: String?] = [:]
        values.reserveCapacity(count)
        for _ in 0..<count {
            let key = try reader.readString(Int(try reader.read(Int32.self)))
            let length = Int(try reader.read(Int32.self))
            values.updateValue(length == -1 ? nil : try reader.readString(length), forKey: key)
        }
        try reader.finish()
        guard values.count == count else {
            throw PGError(
                .conversion, "Two keys of the hstore are equal as Unicode text, and thus one to a dictionary",
                retry: .pointless)
        }
        return values
    }
}

extension TextScanner {
    /// Reads a text in double quotes, in which a backslash stands before a quote or a backslash.
    fileprivate mutating func quoted() -> String? {
        guard skip("\"") else { return nil }
        var bytes: [UInt8] = []
        while let byte = read() {
            switch byte {
            case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = read() else { return nil }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }
}
