extension PGError {
    /// The error that the server reported for a query.
    ///
    /// The server rolled the statement back, so that repeating it does no harm; whether that helps depends on the kind.
    /// Only a fatal error leaves open what became of a commit that was under way.
    init(server fields: PGServerError) {
        var message = fields.message
        if let hint = fields[.hint] { message += " (\(hint))" }
        self.init(
            .server, "\(fields.severity) \(fields.sqlState): \(message)", retry: Self.retrySafety(of: fields),
            server: fields)
    }

    private static func retrySafety(of fields: PGServerError) -> RetrySafety {
        if fields.isFatal { return .unknown }
        switch fields.sqlState.utf8.prefix(2) {
        // Transaction rollback, insufficient resources, operator intervention, system error, connection.
        case let prefix where ["40", "53", "57", "58", "08"].contains { prefix.elementsEqual($0.utf8) }: return .safe
        default: return fields.sqlState == "55P03" ? .safe : .pointless
        }
    }
}
