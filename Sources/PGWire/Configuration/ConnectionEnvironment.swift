/// What a connection string leaves out and its environment says: a service first, then variables.
enum ConnectionEnvironment {
    /// The settings of a session that a variable has the value of.
    static let settings = ["TimeZone": "PGTZ", "geqo": "PGGEQO"]

    /// All variables that mean something.
    static let variables =
        ConnectionKeyword.allCases.compactMap(\.variable) + settings.values
        + ["PGREQUIRESSL", "PGSERVICEFILE", "PGSYSCONFDIR", "HOME"]

    /// Fills in what is missing.
    ///
    /// - Throws: ``PGError/Code/configuration`` where a service is named that no file has, or not a valid one.
    static func fill(_ parameters: inout ConnectionParameters, from environment: [String: String]) throws(PGError) {
        if let service = parameters.text(.service) ?? environment["PGSERVICE"] {
            for (keyword, value) in try ServiceFile.parameters(of: service, environment: environment) {
                parameters.fill(keyword, with: value, from: .service(service))
            }
        }
        for keyword in ConnectionKeyword.allCases {
            guard let variable = keyword.variable, let value = environment[variable] else { continue }
            parameters.fill(keyword, with: value, from: .variable(variable))
        }
        // What PGSSLMODE=require was called before there were more modes.
        if environment["PGREQUIRESSL"]?.utf8.first == UInt8(ascii: "1") {
            parameters.fill(.sslMode, with: SSLMode.require.rawValue, from: .variable("PGREQUIRESSL"))
        }
    }
}
