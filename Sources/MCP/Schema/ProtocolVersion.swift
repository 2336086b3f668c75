/// A revision of MCP that this library serves.
public enum ProtocolVersion: String, Sendable, Hashable, CaseIterable, Comparable {
    /// The first with Streamable HTTP, the only one with batches.
    case v2025_03_26 = "2025-03-26"
    /// Brought structured results, titles and the version header.
    case v2025_06_18 = "2025-06-18"
    /// The last with sessions of the protocol's own.
    case v2025_11_25 = "2025-11-25"
    /// Stateless: no handshake, no sessions.
    case v2026_07_28 = "2026-07-28"

    /// All revisions, the newest first, as `server/discover` lists them.
    public static let supported: [ProtocolVersion] = allCases.sorted(by: >)

    /// What `initialize` answers to a client that asks for a version that is not served.
    public static let latestLegacy = ProtocolVersion.v2025_11_25

    /// Whether the revision is older; the names are dates.
    public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rawValue < right.rawValue }

    /// The family that the revision belongs to.
    public var era: Era { self >= .v2026_07_28 ? .modern : .legacy }

    /// Whether tools have `title` and `outputSchema`, results `structuredContent`, and content resource links.
    var hasStructuredResults: Bool { self >= .v2025_06_18 }

    /// Whether `structuredContent` and output schemas may be other than objects.
    var hasAnyStructuredValue: Bool { self >= .v2026_07_28 }

    /// Whether tools, resources, prompts and implementations have icons.
    var hasIcons: Bool { self >= .v2025_11_25 }

    /// Whether a client can be asked to fill in a form.
    var hasElicitation: Bool { self >= .v2025_06_18 }

    /// Whether a client can be asked to open a page.
    var hasURLElicitation: Bool { self >= .v2025_11_25 }

    /// Whether a response stream begins with an event that has an id and no data (2025-11-25, transports).
    var primesStreams: Bool { self == .v2025_11_25 }

    /// Whether an array of messages may be posted.
    var hasBatches: Bool { self == .v2025_03_26 }

    /// Whether a version, served or not, is written like one of the modern era: a date from 2026-07-28 on.
    static func isModern(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 else { return false }
        for (index, byte) in bytes.enumerated() {
            let expected = index == 4 || index == 7 ? UInt8(ascii: "-")...UInt8(ascii: "-") : 48...57
            guard expected.contains(byte) else { return false }
        }
        return !bytes.lexicographicallyPrecedes(Array(v2026_07_28.rawValue.utf8))
    }
}
