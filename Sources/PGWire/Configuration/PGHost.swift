/// One of the servers that a connection may go to.
///
/// Its description and its mirror never hold the password.
public struct PGHost: Sendable, Hashable {
    /// Where the server listens, by the name that its certificate, a password file and errors have for it.
    public var address: PGAddress
    /// An IPv4 or IPv6 address to connect to instead of looking the name up (`hostaddr`); nil looks it up.
    public var numericAddress: String?
    /// The password for this server, as a password file has it; nil is ``PGConfiguration/password``.
    public var password: String?

    /// A server by its address.
    public init(_ address: PGAddress, numericAddress: String? = nil, password: String? = nil) {
        self.address = address
        self.numericAddress = numericAddress
        self.password = password
    }
}

extension PGHost: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The address, with the numeric one in parentheses where it is given.
    public var description: String { numericAddress.map { "\(address) (\($0))" } ?? "\(address)" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// The properties, with `<redacted>` in the place of a password.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "address": address, "numericAddress": numericAddress as Any,
                "password": password.map { _ in "<redacted>" } as Any,
            ], displayStyle: .struct)
    }
}

extension PGHost {
    /// Checks what the types alone cannot promise.
    func validate() throws(PGError) {
        func refuse(_ problem: String) -> PGError { PGError(.configuration, problem, retry: .pointless) }
        try refuseZeroByte(in: numericAddress, "The numeric address of a host")
        try refuseZeroByte(in: password, "The password of a host")
        switch address {
        case .tcp(let name, let port):
            try refuseZeroByte(in: name, "The host name")
            guard !name.isEmpty else { throw refuse("The host name is empty") }
            guard port != 0 else { throw refuse("The port is not 1 to 65535") }
        case .unix(let path):
            try refuseZeroByte(in: path, "The socket's path")
            guard (1...PGAddress.longestPath).contains(path.utf8.count) else {
                throw refuse("The socket's path is not 1 to \(PGAddress.longestPath) bytes long")
            }
            guard numericAddress == nil else { throw refuse("A Unix socket has no numeric address") }
        }
    }
}

/// Refuses a zero byte, which would end a startup parameter, a path or a name early, and begin something else.
///
/// - Throws: ``PGError`` with ``PGError/Code/configuration``, which never quotes the value.
func refuseZeroByte(in value: String?, _ name: String) throws(PGError) {
    guard let value, value.utf8.contains(0) else { return }
    throw PGError(.configuration, "\(name) contains a zero byte", retry: .pointless)
}
