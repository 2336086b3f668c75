extension PGConnection {
    /// What the names of types may take; without them errors tell numbers.
    private static let patience: Duration = .seconds(1)

    /// The result with the names of the types that somebody created, which are asked for where one is met first.
    func naming(_ result: PGResult) async -> PGResult {
        guard result.columns.contains(where: \.type.isAssigned) else { return result }
        await learnNames(of: result.columns)
        return result.naming(session.typeNames)
    }

    private func learnNames(of columns: [PGColumn]) async {
        guard options.looksUpTypeNames, transactionStatus != .failed else { return }
        let types = session.typeNames.takeUnasked(of: columns)
        guard !types.isEmpty else { return }
        let query: PGQuery = """
            SELECT oid, pg_catalog.format_type(oid, NULL) FROM pg_catalog.pg_type WHERE oid = ANY (\(types.map(\.rawValue)))
            """
        // The caller's cancellation does not reach it: a statement that is cancelled fails the transaction around it.
        let answer = await Task { () async -> PGResult? in
            try? await self.answer(to: .query(query), until: self.deadline(after: Self.patience))
        }.value
        guard let rows = try? answer?.decode(as: (UInt32, String).self) else { return session.typeNames.forget(types) }
        for (type, name) in rows { session.typeNames.learn(type, name) }
    }
}

extension PGResult {
    /// The result with those names of its columns' types that are known already.
    func naming(_ names: TypeNames) -> PGResult {
        guard let columns = names.naming(columns) else { return self }
        return PGResult(storage: storage.with(columns))
    }
}
