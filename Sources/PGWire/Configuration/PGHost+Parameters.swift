extension PGHost {
    /// The servers that `host`, `hostaddr` and `port` name: as many as there are names or numeric addresses, with a port
    /// each or one for all.
    static func list(_ parameters: ConnectionParameters) throws(PGError) -> [PGHost] {
        let names = parameters.list(.host)
        let numeric = parameters.list(.hostAddress)
        if let names, let numeric, names.count != numeric.count {
            throw parameters.error(
                .hostAddress, "\(names.count) names of hosts do not match \(numeric.count) numeric addresses")
        }
        let count = numeric?.count ?? names?.count ?? 1
        guard count <= PGConfiguration.mostHosts else {
            throw parameters.error(.host, "it has more than \(PGConfiguration.mostHosts) hosts")
        }
        let ports = try ports(parameters, count: count)
        var hosts: [PGHost] = []
        for index in 0..<count {
            hosts.append(try host(names?[index] ?? "", numeric?[index] ?? "", ports[index], parameters))
        }
        return hosts
    }

    private static func ports(_ parameters: ConnectionParameters, count: Int) throws(PGError) -> [UInt16] {
        guard let list = parameters.list(.port) else { return Array(repeating: PGAddress.defaultPort, count: count) }
        guard list.count == 1 || list.count == count else {
            throw parameters.error(.port, "\(list.count) ports do not match \(count) hosts")
        }
        var ports: [UInt16] = []
        for element in list {
            let text = element.trimmingSpaces
            let port = text.isEmpty ? PGAddress.defaultPort : UInt16(text)
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port, port != 0 else {
                throw parameters.error(.port, "the port is not 1 to 65535")
            }
            ports.append(port)
        }
        return list.count == 1 ? Array(repeating: ports[0], count: count) : ports
    }

    private static func host(
        _ name: String, _ numeric: String, _ port: UInt16, _ parameters: ConnectionParameters
    ) throws(PGError) -> PGHost {
        guard !numeric.isEmpty else {
            if let first = name.utf8.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@") {
                return PGHost(.unix(directory: name, port: port))
            }
            try check(name, .host, parameters)
            return PGHost(.tcp(host: name.isEmpty ? "localhost" : name, port: port))
        }
        try check(numeric, .hostAddress, parameters)
        let isName = !name.isEmpty && name.utf8.first != UInt8(ascii: "/") && name.utf8.first != UInt8(ascii: "@")
        if isName { try check(name, .host, parameters) }
        return PGHost(.tcp(host: isName ? name : numeric, port: port), numericAddress: numeric)
    }

    /// Refuses what no host is called, so that what errors and logs show of a host is one.
    private static func check(
        _ host: String, _ keyword: ConnectionKeyword, _ parameters: ConnectionParameters
    ) throws(PGError) {
        let isPrintable = host.utf8.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && !#"/?#@[]\"<>="#.utf8.contains(byte)
        }
        guard isPrintable else {
            throw parameters.error(
                keyword,
                "the host has a character that no host name has (international names are written in Punycode)")
        }
        if host.utf8.contains(UInt8(ascii: ":")) {
            // An IPv6 address; what follows its % is the name of an interface.
            let address = host.utf8.prefix { $0 != UInt8(ascii: "%") }
            let colons = address.count { $0 == UInt8(ascii: ":") }
            guard (2...7).contains(colons), address.allSatisfy({ "0123456789abcdefABCDEF:.".utf8.contains($0) }) else {
                throw parameters.error(keyword, "the host is not an IPv6 address, yet has a colon")
            }
        } else if host.utf8.contains(UInt8(ascii: "%")) {
            throw parameters.error(keyword, "the host has a % that belongs to no IPv6 address")
        }
    }
}
