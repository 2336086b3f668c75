#if Servers
internal import HTTPTypes

/// What a client takes as an answer (RFC 9110 section 12.5.1).
struct AcceptedTypes: Sendable, Hashable {
    /// Whether it takes `application/json`.
    var json = false
    /// Whether it takes `text/event-stream`.
    var events = false

    /// Reads `Accept`; a request without it takes both.
    init(_ fields: HTTPFields) {
        let ranges = fields[values: .accept].flatMap { $0.split(separator: ",") }
            .map(\.trimmingBlanks).filter { !$0.isEmpty }
        guard !ranges.isEmpty else {
            json = true
            events = true
            return
        }
        for range in ranges {
            let parts = range.split(separator: ";", omittingEmptySubsequences: false)
            guard let type = parts.first?.trimmingBlanks.lowercased() else { continue }
            guard !parts.dropFirst().contains(where: Self.isZeroQuality) else { continue }
            switch type {
            case "*/*":
                json = true
                events = true
            case "application/json", "application/*": json = true
            case "text/event-stream", "text/*": events = true
            default: break
            }
        }
    }

    /// Whether a parameter is `q=0`, which refuses the type.
    private static func isZeroQuality(_ parameter: Substring) -> Bool {
        let text = parameter.trimmingBlanks.lowercased()
        guard text.hasPrefix("q=") else { return false }
        return Double(text.dropFirst(2)) == 0
    }
}

/// Tells whether a body is JSON by what the request says of it.
enum ContentType {
    /// Whether the request has exactly one `Content-Type`, which is JSON in UTF-8.
    static func isJSON(_ fields: HTTPFields) -> Bool {
        let values = fields.trimmed(.contentType)
        guard values.count == 1 else { return false }
        let parts = values[0].split(separator: ";", omittingEmptySubsequences: false).map {
            $0.trimmingBlanks.lowercased()
        }
        guard parts.first == "application/json" else { return false }
        return parts.dropFirst().allSatisfy { parameter in
            guard parameter.hasPrefix("charset=") else { return true }
            let charset = parameter.dropFirst("charset=".count).filter { $0 != "\"" }
            return charset == "utf-8" || charset == "utf8" || charset == "us-ascii"
        }
    }
}
#endif
