import Glibc

/// Whom a server's certificate is for, and whether that is the host that was asked for, by libpq's rules.
struct CertificateNames: Sendable, Equatable {
    /// The subject's alternative names of the kind `dNSName`.
    var hosts: [String] = []
    /// Those of the kind `iPAddress`: 4 bytes each, or 16.
    var addresses: [[UInt8]] = []
    /// The subject's common name, which counts where no alternative name is of the same kind as the host.
    var commonName: String?

    /// Whether one of the names is the host's. A wildcard stands for one whole label, the first.
    func match(_ host: String) -> Bool {
        let address = Self.address(host)
        if let address, addresses.contains(address) { return true }
        let isAddress = address != nil
        if hosts.contains(where: { Self.isMatch($0, host, isAddress) }) { return true }
        let hasOwnKind = !isAddress ? !hosts.isEmpty : !addresses.isEmpty
        guard !hasOwnKind, let commonName else { return false }
        return Self.isMatch(commonName, host, isAddress)
    }

    /// The names for an error: a peer wrote them.
    var list: String {
        let names = hosts + addresses.map(Self.text)
        guard names.isEmpty else { return names.prefix(5).joined(separator: ", ").oneLine }
        return (commonName ?? "nobody").oneLine
    }

    private static func isMatch(_ pattern: String, _ host: String, _ isAddress: Bool) -> Bool {
        // A name with a zero byte is meant to be cut off there by somebody.
        guard !pattern.hasNUL else { return false }
        let (pattern, host) = (lowercased(pattern), lowercased(host))
        if pattern == host { return true }
        guard !isAddress, pattern.starts(with: Array("*.".utf8)), let dot = host.firstIndex(of: UInt8(ascii: ".")),
            dot > 0
        else {
            return false
        }
        return host[dot...] == pattern[1...]
    }

    private static func lowercased(_ text: String) -> [UInt8] {
        text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    /// The bytes of a host that is an address.
    static func address(_ host: String) -> [UInt8]? {
        var v4 = in_addr()
        if unsafe inet_aton(host, &v4) != 0 { return unsafe withUnsafeBytes(of: &v4) { unsafe Array($0) } }
        var v6 = in6_addr()
        guard unsafe inet_pton(AF_INET6, host, &v6) == 1 else { return nil }
        return unsafe withUnsafeBytes(of: &v6) { unsafe Array($0) }
    }

    private static func text(of address: [UInt8]) -> String {
        guard address.count == 4 || address.count == 16 else { return "an address of \(address.count) bytes" }
        var text = [CChar](repeating: 0, count: 64)
        let family = address.count == 4 ? AF_INET : AF_INET6
        guard unsafe inet_ntop(family, address, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
