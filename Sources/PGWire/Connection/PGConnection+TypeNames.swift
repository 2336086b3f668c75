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
        let answer: PGResult
        do throws(PGError) {
            answer = try await self.answer(to: .query(query), until: deadline(after: Self.patience))
        } catch {
            // A server that refuses will do so again, and is not asked.
            if error.server == nil { session.typeNames.forget(types) }
            return
        }
        guard let rows = try? answer.decode(as: (UInt32, String).self) else { return }
        for (type, name) in rows { session.typeNames.learn(type, name) }
    }
}

extension PGResult {
    /// Whether a column has a type whose name may have to be asked for.
    var hasAssignedTypes: Bool {
        let columns = storage.columns
        // By index, as every query comes by here, and to take out a column counts references.
        for index in columns.indices where columns[index].type.isAssigned { return true }
        return false
    }

    /// The result with those names of its columns' types that are known already.
    func naming(_ names: TypeNames) -> PGResult {
        guard let columns = names.naming(columns) else { return self }
        return PGResult(storage: storage.with(columns))
    }
}
