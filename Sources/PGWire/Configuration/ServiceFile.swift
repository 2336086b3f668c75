/// A file that names services, each with the keywords of its connections.
///
/// See [The Connection Service File](https://www.postgresql.org/docs/current/libpq-pgservice.html).
struct ServiceFile {
    private let lines: [ArraySlice<UInt8>]

    init(_ bytes: [UInt8]) {
        lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).map(\.trimmingSpaces)
    }

    /// The keywords of a service, the first of each counts; nil where the file does not have the service.
    ///
    /// - Throws: ``PGError/Code/configuration`` where a line of the service is not `keyword=value`, and where it refers
    ///   to another service.
    func parameters(of service: String) throws(PGError) -> [(ConnectionKeyword, String)]? {
        let source = ConnectionParameters.Source.service(service)
        let header = Array("[\(service)]".utf8)
        guard let start = lines.firstIndex(where: { $0.starts(with: header) }) else { return nil }
        var parameters: [(ConnectionKeyword, String)] = []
        for line in lines[(start + 1)...].prefix(while: { $0.first != UInt8(ascii: "[") }) {
            guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
            guard !line.starts(with: "ldap".utf8) else {
                throw .configuration(source, "it is kept in LDAP, which this driver does not ask")
            }
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                throw .configuration(source, "it has a line without a =")
            }
            guard let name = String(validating: line[..<equals], as: UTF8.self),
                let value = String(validating: line[(equals + 1)...], as: UTF8.self), !value.hasNUL
            else { throw .configuration(source, "it has a line that is not UTF-8 or has a zero byte") }
            guard let keyword = try ConnectionParameters.keyword(name, value, source) else { continue }
            guard keyword != .service else { throw .configuration(source, "it refers to another service") }
            parameters.append((keyword, value))
        }
        return parameters
    }
}
