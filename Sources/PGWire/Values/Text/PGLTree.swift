/// A value of the extension `ltree`: a path of labels from the root of a tree, such as `Top.Science.Astronomy`.
///
/// The server knows the type by a number that differs between databases, so that a parameter is sent without one and the
/// server infers it: from the column that it is compared with or stored in, or from a cast, `\(path)::ltree`. A pattern
/// is sent as text, `\(pattern)::text::lquery`. See [ltree](https://www.postgresql.org/docs/current/ltree.html).
public struct PGLTree: Hashable, Sendable {
    /// The labels, none for the root; the server checks their characters and length.
    public var labels: [String]

    /// The path of these labels.
    public init(labels: [String]) { self.labels = labels }
}

extension PGLTree: PGTextConvertible {
    /// The path that a text such as `Top.Science` names.
    public init(_ text: String) {
        labels = text.isEmpty ? [] : text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    /// The labels with dots between them.
    public var description: String { labels.joined(separator: ".") }
}

extension PGLTree: ExpressibleByStringLiteral {
    /// The path that a text such as `Top.Science` names.
    public init(stringLiteral text: String) { self.init(text) }
}

extension PGLTree: PGEncodable, PGDecodable, PGArrayElement {
    /// The version of the binary form, in the byte before the text.
    private static let version: UInt8 = 1

    public static var postgresType: PGType { .unspecified }
    public static var postgresArrayType: PGType { .unspecified }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard !labels.contains(where: { $0.utf8.contains(UInt8(ascii: ".")) || $0.isEmpty }) else {
            throw .unencodable(.unspecified, "a label of the ltree is empty or has a dot")
        }
        buffer.append(Self.version)
        try description.encode(into: &buffer, as: .unspecified)
    }

    /// Reads a value of a type that someone created.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGLTree {
        guard !type.isBuiltIn || type == .unspecified else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        guard bytes.byteCount > 0, bytes.extracting(first: 1).integer(UInt8.self) == version,
            let text = bytes.extracting(droppingFirst: 1).utf8String
        else { throw .malformed(type, format) }
        return PGLTree(text)
    }
}
