extension PGError {
    /// The error for an ErrorResponse during startup: what the server said, and what helps against it.
    ///
    /// Nothing was carried out, so that a retry is safe wherever it is not pointless.
    static func startupRefused(_ server: PGServerError) -> PGError {
        let state = server.sqlState
        let cause = server.message.isEmpty ? "no reason given" : server.message.oneLine
        let cure = cure(for: state).map { "; \($0)" } ?? ""
        return PGError(
            state.hasPrefix("28") ? .authentication : .server,
            "The server refused the connection: \(cause) (\(state.oneLine))\(cure)",
            retry: isPassing(state) ? .safe : .pointless, server: server)
    }

    private static func cure(for state: String) -> String? {
        switch state {
        case "28P01": "check the user and the password"
        case "28000": "check that the role exists and may log in, and that pg_hba.conf lets it connect from here"
        case "3D000": "create the database or correct its name"
        case "42501": "grant the role CONNECT on the database"
        case "42704", "22023", "42601": "check the options of the connection"
        case "53300": "try again later, use a smaller pool, or raise max_connections"
        case "57P03": "try again in a moment"
        default: nil
        }
    }

    /// Whether the reason may be gone at the next try: resources, shutdown and start, a broken process, a timeout.
    private static func isPassing(_ state: String) -> Bool {
        guard state != "08P01" else { return false }
        return ["08", "53", "57", "58", "XX"].contains { state.hasPrefix($0) }
    }
}

extension String {
    /// The string on one line and not too long, so that a peer can neither forge a line of a log nor steer a terminal.
    var oneLine: String {
        let limit = 500
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: line.append(" ")
            default: line.append(scalar)
            }
        }
        if unicodeScalars.dropFirst(limit).isEmpty { return String(line) }
        return String(line) + "…"
    }
}
