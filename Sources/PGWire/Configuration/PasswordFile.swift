/// A file of passwords, one a line: `host:port:database:user:password`.
///
/// Each of the first four may be `*`, which stands for anything, and a backslash takes the `:` or `\` behind it as it
/// is. The first line that fits counts. See
/// [The Password File](https://www.postgresql.org/docs/current/libpq-pgpass.html).
struct PasswordFile {
    /// What a password is looked for by.
    struct Login: Sendable {
        let host: PGAddress
        let database: String
        let user: String

        /// Where the servers of most distributions have their socket: such a one goes by `localhost`.
        private static let defaultSocketDirectory = "/var/run/postgresql"

        /// The first four fields of a line.
        fileprivate var fields: [String] {
            switch host {
            case .tcp(let name, let port): [name, "\(port)", database, user]
            case .unix(let path):
                if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")),
                    let dot = path.utf8.lastIndex(of: UInt8(ascii: "."))
                {
                    [Self.name(of: String(path[..<slash])), String(path[dot...].dropFirst()), database, user]
                } else {
                    [path, "\(PGAddress.defaultPort)", database, user]
                }
            }
        }

        private static func name(of directory: String) -> String {
            directory == defaultSocketDirectory ? "localhost" : directory
        }
    }

    private let lines: [ArraySlice<UInt8>]

    init(_ bytes: [UInt8]) {
        lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
            .filter { $0.first != UInt8(ascii: "#") }
    }

    /// The password of the first line that fits; nil where there is none, or it is empty or no UTF-8.
    func password(for login: Login) -> String? {
        let fields = login.fields
        for line in lines {
            guard let encoded = Self.matching(line, fields) else { continue }
            let password = String(validating: Self.unescaped(encoded), as: UTF8.self)
            return password?.isEmpty == false ? password : nil
        }
        return nil
    }

    /// What follows the fields of a line that fits.
    private static func matching(_ line: ArraySlice<UInt8>, _ fields: [String]) -> ArraySlice<UInt8>? {
        var rest = line
        for field in fields {
            guard let next = matching(rest, field) else { return nil }
            rest = next
        }
        return rest
    }

    private static func matching(_ line: ArraySlice<UInt8>, _ field: String) -> ArraySlice<UInt8>? {
        if line.starts(with: "*:".utf8) { return line.dropFirst(2) }
        var rest = line
        for wanted in field.utf8 {
            var byte = rest.popFirst()
            guard byte != UInt8(ascii: ":") else { return nil }
            if byte == UInt8(ascii: "\\") { byte = rest.popFirst() }
            guard byte == wanted else { return nil }
        }
        return rest.popFirst() == UInt8(ascii: ":") ? rest : nil
    }

    private static func unescaped(_ encoded: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = encoded
        while let byte = rest.popFirst(), byte != UInt8(ascii: ":") {
            let isEscape = byte == UInt8(ascii: "\\") && !rest.isEmpty
            bytes.append(isEscape ? rest.removeFirst() : byte)
        }
        return bytes
    }
}
