#if Servers
internal import HTTPTypes

/// Which hosts and origins a request may name: what keeps a web site that the user visits, even one whose name was
/// rebound to this machine's address, from talking to the server.
struct HostPolicy: Sendable {
    /// An authority, in lower case: the host, and the port where there is one.
    private struct Authority: Hashable {
        var host: String
        var port: String?

        init?(_ text: String) {
            let text = text.lowercased()
            guard !text.contains("@"), !text.contains("/"), !text.isEmpty else { return nil }
            let hostEnd: String.Index
            if text.hasPrefix("[") {
                guard let bracket = text.firstIndex(of: "]") else { return nil }
                hostEnd = text.index(after: bracket)
            } else {
                hostEnd = text.firstIndex(of: ":") ?? text.endIndex
            }
            host = String(text[..<hostEnd])
            guard hostEnd < text.endIndex else { return }
            guard text[hostEnd] == ":" else { return nil }
            let digits = text[text.index(after: hostEnd)...]
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), digits.utf8.count <= 5 else { return nil }
            port = digits.isEmpty ? nil : String(digits)
        }

        /// Whether an allowed authority, which may leave the port open, covers this one.
        func isCovered(by allowed: Authority) -> Bool {
            host == allowed.host && (allowed.port == nil || allowed.port == port)
        }
    }

    private let hosts: [Authority]
    private let origins: [String]
    private let allowsAnyHost: Bool
    private let allowsAnyOrigin: Bool

    init(allowedHosts: [String], allowedOrigins: [String]) {
        hosts = allowedHosts.compactMap(Authority.init)
        origins = allowedOrigins.map { $0.lowercased() }
        allowsAnyHost = allowedHosts.contains("*")
        allowsAnyOrigin = allowedOrigins.contains("*")
    }

    /// Whether the request may name the host that it names.
    func allowsHost(of request: HTTPRequest) -> Bool {
        if allowsAnyHost { return true }
        guard let authority = request.authority.flatMap(Authority.init) else { return false }
        return hosts.contains { authority.isCovered(by: $0) }
    }

    /// Whether the request comes from no web page, from one that is allowed, or from one of an allowed host.
    func allowsOrigin(of request: HTTPRequest) -> Bool {
        let values = request.headerFields.trimmed(.origin)
        guard let origin = values.first?.lowercased() else { return true }
        guard values.count == 1 else { return false }
        if allowsAnyOrigin || origins.contains(origin) { return true }
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            guard let authority = Authority(String(origin.dropFirst(scheme.count))) else { return false }
            return hosts.contains { authority.isCovered(by: $0) }
        }
        return false
    }
}
#endif
