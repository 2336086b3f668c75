extension PGConnection {
    /// What the names of types may take; without them errors tell numbers.
    private static let patience: Duration = .seconds(1)

    /// The result with the names of the types that somebody created, which are asked for where one is met first.
    func naming(_ result: PGResult) async -> PGResult {
        guard result.hasAssignedTypes else { return result }
        await learnNames(of: result.columns)
        return result.naming(session.typeNames)
    }

    private func learnNames(of columns: [PGColumn]) async {
        // Within a transaction a lookup that takes too long would fail it, for the sake of a name.
        guard options.looksUpTypeNames, transactionStatus == .idle else { return }
        let types = session.typeNames.takeUnasked(of: columns)
        guard !types.isEmpty else { return }
        let query: PGQuery = """
            SELECT oid, pg_catalog.format_type(oid, NULL) FROM pg_catalog.pg_type WHERE oid = ANY (\(types.map(\.rawValue)))
            """
        let answer = try? await answer(to: .query(query), until: deadline(after: Self.patience))
        guard let rows = try? answer?.decode(as: (UInt32, String).self) else { return session.typeNames.forget(types) }
        for (type, name) in rows { session.typeNames.learn(type, name) }
    }
}

extension PGResult {
    /// Whether a column has a type that somebody created. Looked at for each result, so without a copy of a column.
    var hasAssignedTypes: Bool {
        for index in storage.columns.indices where storage.columns[index].type.isAssigned { return true }
        return false
    }

    /// The result with those names of its columns' types that are known already.
    func naming(_ names: TypeNames) -> PGResult {
        guard let columns = names.naming(columns) else { return self }
        return PGResult(storage: storage.with(columns))
    }
}
