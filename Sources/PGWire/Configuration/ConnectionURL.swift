/// The syntax of a connection URL: its parts by their keywords, percent-decoded.
///
/// A character that could split the URL in more than one way is refused rather than guessed at, so that no piece of an
/// unescaped password is taken for a host or a keyword, and shown.
struct ConnectionURL {
    /// What the URL says, by libpq's keywords.
    var parameters: [String: String] = [:]

    /// Far more than any URL needs, with a token for a password.
    static let longest = 65_536

    init(_ url: String) throws(PGError) {
        let bytes = Array(url.utf8.prefix(Self.longest + 1))
        guard bytes.count <= Self.longest else { throw .url("it is longer than \(Self.longest) bytes") }
        let schemes = ["postgres://", "postgresql://"].map { Array($0.utf8) }
        guard let scheme = schemes.first(where: { bytes.starts(with: $0) }) else {
            throw .url("it begins with neither postgres:// nor postgresql://")
        }
        guard !bytes.contains(UInt8(ascii: "#")) else { throw .url("it has a #, which is written %23") }

        let rest = bytes[scheme.count...]
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
        try set("dbname", tail[..<query.startIndex].dropFirst())
        try readQuery(query.dropFirst())
    }

    private mutating func readAuthority(_ authority: ArraySlice<UInt8>) throws(PGError) {
        var hostAndPort = authority
        if let at = authority.firstIndex(of: UInt8(ascii: "@")) {
            let userInfo = authority[..<at]
            let user = userInfo.prefix { $0 != UInt8(ascii: ":") }
            try set("user", user)
            try set("password", userInfo[user.endIndex...].dropFirst())
            hostAndPort = authority[(at + 1)...]
        }
        guard !hostAndPort.contains(UInt8(ascii: ",")) else { throw .severalHosts }
        let port: ArraySlice<UInt8>
        if hostAndPort.first == UInt8(ascii: "[") {
            guard let end = hostAndPort.firstIndex(of: UInt8(ascii: "]")) else {
                throw .url("the host has a [ without a ]")
            }
            let address = hostAndPort[..<end].dropFirst()
            guard address.contains(UInt8(ascii: ":")) else {
                throw .url("brackets hold something else than an IPv6 address")
            }
            try set("host", address)
            port = hostAndPort[(end + 1)...]
        } else {
            let host = hostAndPort.prefix { $0 != UInt8(ascii: ":") }
            try set("host", host)
            port = hostAndPort[host.endIndex...]
            guard port.count(where: { $0 == UInt8(ascii: ":") }) <= 1 else {
                throw .url("the host has several colons; an IPv6 address is written in brackets")
            }
        }
        guard port.isEmpty || port.first == UInt8(ascii: ":") else { throw .url("something follows the host's ]") }
        try set("port", port.dropFirst())
    }

    private mutating func readQuery(_ query: ArraySlice<UInt8>) throws(PGError) {
        var seen: Set<String> = []
        for pair in query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else {
                throw .url("it has a keyword without a value")
            }
            let name = pair[..<equals]
            guard (1...63).contains(name.count), name.allSatisfy(Self.isWordCharacter) else {
                throw .url("it has a keyword that is no word")
            }
            let keyword = String(decoding: name, as: UTF8.self)
            guard seen.insert(keyword).inserted else { throw .url("it has the keyword \(keyword) twice") }
            let value = pair[(equals + 1)...]
            guard !value.contains(UInt8(ascii: "=")) else {
                throw .url("the value of \(keyword) has a =, which is written %3D")
            }
            // An empty value leaves what the URL said before, but its keyword is still checked.
            parameters[keyword, default: ""] += ""
            try set(keyword, value)
        }
    }

    private mutating func set(_ keyword: String, _ encoded: ArraySlice<UInt8>) throws(PGError) {
        guard !encoded.isEmpty else { return }
        parameters[keyword] = try Self.decode(encoded)
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

    private static func isWordCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
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
