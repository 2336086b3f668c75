/// The syntax of a connection URL, percent-decoded into libpq's keywords.
///
/// A character that could split the URL in more than one way is refused rather than guessed at, so that no piece of an
/// unescaped password is taken for a host or a keyword, and shown. In all else it is read as libpq reads it.
struct ConnectionURL {
    /// What the URL says.
    private(set) var parameters = ConnectionParameters(.url)

    /// Far more than any URL needs, with a token for a password.
    static let longest = 65_536

    private static let schemes = ["postgres://", "postgresql://"]

    /// Whether a connection string is a URL.
    static func isURL(_ string: String) -> Bool {
        schemes.contains { string.utf8.starts(with: $0.utf8) }
    }

    init(_ url: String) throws(PGError) {
        let bytes = Array(url.utf8.prefix(Self.longest + 1))
        guard bytes.count <= Self.longest else { throw .url("it is longer than \(Self.longest) bytes") }
        guard let scheme = Self.schemes.first(where: { bytes.starts(with: $0.utf8) }) else {
            throw .url("it begins with neither postgres:// nor postgresql://")
        }
        guard !bytes.contains(UInt8(ascii: "#")) else { throw .url("it has a #, which is written %23") }

        let rest = bytes[scheme.utf8.count...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        let tail = rest[authority.endIndex...]
        let ats = authority.count { $0 == UInt8(ascii: "@") }
        guard ats <= 1 else { throw .url("a user or password has an @, which is written %40") }
        guard ats == 1 || !tail.contains(UInt8(ascii: "@")) else {
            throw .url(
                "an @ comes late: in a password / is written %2F and ? is written %3F, elsewhere @ is written %40")
        }
        let query = tail.drop { $0 != UInt8(ascii: "?") }
        try readAuthority(authority)
        try set(.database, tail[..<query.startIndex].dropFirst())
        try readQuery(query.dropFirst())
    }

    private mutating func readAuthority(_ authority: ArraySlice<UInt8>) throws(PGError) {
        var places = authority
        if let at = authority.firstIndex(of: UInt8(ascii: "@")) {
            let userInfo = authority[..<at]
            let user = userInfo.prefix { $0 != UInt8(ascii: ":") }
            try set(.user, user)
            try set(.password, userInfo[user.endIndex...].dropFirst())
            places = authority[(at + 1)...]
        }
        var hosts: [ArraySlice<UInt8>] = []
        var ports: [ArraySlice<UInt8>] = []
        for place in places.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let (host, port) = try Self.splitPlace(place)
            hosts.append(host)
            ports.append(port)
        }
        let comma = CollectionOfOne(UInt8(ascii: ","))
        try set(.host, Array(hosts.joined(separator: comma))[...])
        try set(.port, Array(ports.joined(separator: comma))[...])
    }

    private static func splitPlace(
        _ place: ArraySlice<UInt8>
    ) throws(PGError) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>) {
        let host: ArraySlice<UInt8>
        let port: ArraySlice<UInt8>
        if place.first == UInt8(ascii: "[") {
            guard let end = place.firstIndex(of: UInt8(ascii: "]")) else {
                throw .url("the host has a [ without a ]")
            }
            host = place[..<end].dropFirst()
            guard host.contains(UInt8(ascii: ":")) else {
                throw .url("brackets hold something else than an IPv6 address")
            }
            port = place[(end + 1)...]
        } else {
            host = place.prefix { $0 != UInt8(ascii: ":") }
            port = place[host.endIndex...]
            guard port.count(where: { $0 == UInt8(ascii: ":") }) <= 1 else {
                throw .url("the host has several colons; an IPv6 address is written in brackets")
            }
        }
        guard port.isEmpty || port.first == UInt8(ascii: ":") else { throw .url("something follows the host's ]") }
        return (host, port.dropFirst())
    }

    private mutating func readQuery(_ query: ArraySlice<UInt8>) throws(PGError) {
        var pairs = query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        if pairs.last?.isEmpty == true { pairs.removeLast() }
        for pair in pairs {
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else {
                throw .url("it has a keyword without a value")
            }
            let keyword = try Self.decode(pair[..<equals])
            let value = pair[(equals + 1)...]
            guard !value.contains(UInt8(ascii: "=")) else {
                throw .url("the value of a keyword has a =, which is written %3D")
            }
            try setParameter(keyword, try Self.decode(value))
        }
    }

    private mutating func setParameter(_ keyword: String, _ value: String) throws(PGError) {
        // What JDBC's URLs have for sslmode=require.
        if keyword == "ssl", value == "true" {
            return try parameters.set(ConnectionKeyword.sslMode.rawValue, to: "require")
        }
        try parameters.set(keyword, to: value)
    }

    private mutating func set(_ keyword: ConnectionKeyword, _ encoded: ArraySlice<UInt8>) throws(PGError) {
        guard !encoded.isEmpty else { return }
        try parameters.set(keyword.rawValue, to: try Self.decode(encoded))
    }

    /// Resolves percent escapes; a plus sign is a plus sign, as in libpq.
    private static func decode(_ encoded: ArraySlice<UInt8>) throws(PGError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var rest = encoded
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw .url("a % is not followed by two hexadecimal digits; a percent sign is written %25")
            }
            bytes.append(high << 4 | low)
        }
        guard !bytes.contains(0) else { throw .url("it has a zero byte") }
        guard let string = String(validating: bytes, as: UTF8.self) else { throw .url("it is not UTF-8") }
        return string
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
