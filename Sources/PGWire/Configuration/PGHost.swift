/// One of the servers that a connection may go to.
///
/// Its description and its mirror never hold the password.
///
/// See [Specifying Multiple Hosts](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS).
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
