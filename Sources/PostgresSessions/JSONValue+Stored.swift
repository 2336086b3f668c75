internal import MCP
internal import PGWire

extension JSONValue {
    /// Reads the text under which a value is stored; nil from NULL.
    init?(stored text: String?) throws(PGError) {
        guard let text else { return nil }
        // What is in the table was parsed once, within limits that may have been others than today's.
        let limits = JSONLimits(maximumBytes: text.utf8.count)
        do {
            self = try JSONValue(parsing: Array(text.utf8), limits: limits)
        } catch {
            throw PGError(.unexpectedResult, "the stored text is not JSON: \(error)", retry: .pointless)
        }
    }
}
