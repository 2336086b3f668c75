extension SessionLine {
    /// Appends the messages of a submission to the outgoing bytes.
    ///
    /// What it throws leaves behind bytes that the caller drops.
    mutating func encode(_ submission: Submission, at start: Int) throws(PGError) -> Place {
        var request = QueryRequest()
        var prepares: StatementCache.Key?
        switch submission.work {
        case .query(let query):
            prepares = try encodeStatement(query, &request)
        case .stream(let query):
            request.isStreamed = true
            prepares = try encodeStatement(query, &request)
        case .pipelined(let query):
            request.endsWithReady = false
            prepares = try encodeStatement(query, &request)
        case .failing(let error):
            request.endsWithReady = false
            request.failure = error
            request.binds = false
            request.knownColumns = []
            // A portal that nobody opened.
            try FrontendMessage.execute(portal: "pgwire_failed", into: &outgoing)
        case .endOfPipeline:
            request.kind = .sync
            FrontendMessage.sync(into: &outgoing)
        case .simple(let sql):
            request.kind = .simple
            try FrontendMessage.query(sql, into: &outgoing)
        case .copy(let sql, let direction):
            // In the simple protocol no Sync has to be counted that the server may have swallowed.
            request.kind = .simple
            request.copy = direction
            try FrontendMessage.query(sql, into: &outgoing)
        case .openPortal(let name, let query):
            request.executes = false
            prepares = try encodeStatement(query, &request, portal: name)
        case .fetch(let portal, let columns, let maxRows):
            request.binds = false
            request.knownColumns = columns
            request.hasRowLimit = maxRows > 0
            try FrontendMessage.execute(portal: portal, maxRows: maxRows, into: &outgoing)
            FrontendMessage.sync(into: &outgoing)
        case .closePortal(let name):
            request.binds = false
            request.executes = false
            request.knownColumns = []
            request.closesPortal = true
            try FrontendMessage.close(portal: name, into: &outgoing)
            FrontendMessage.sync(into: &outgoing)
        }
        return Place(
            receiver: submission.receiver, request: request, prepares: prepares,
            bytes: start..<outgoing.writePosition)
    }

    /// Appends what runs a statement, prepared where that is not done yet, and returns the statement that it prepares.
    private mutating func encodeStatement(
        _ query: PGQuery, _ request: inout QueryRequest, portal: String = ""
    ) throws(PGError) -> StatementCache.Key? {
        let key = StatementCache.Key(sql: query.sql, types: query.parameters.types)
        var prepares: StatementCache.Key?
        var statement = ""
        switch statements.plan(for: key) {
        case .bind(let name, let columns):
            statement = name
            request.knownColumns = columns
        case .prepare(let name):
            statement = name
            prepares = key
            request.parses = true
        case .unnamed:
            request.parses = true
        }
        request.closes = statements.takeAbandoned()
        do throws(PGError) {
            for name in request.closes { try FrontendMessage.close(statement: name, into: &outgoing) }
            if request.parses {
                try FrontendMessage.parse(name: statement, sql: key.sql, types: key.types, into: &outgoing)
            }
            try query.parameters.appendBind(portal: portal, statement: statement, to: &outgoing)
            if request.knownColumns == nil { try FrontendMessage.describe(portal: portal, into: &outgoing) }
            if request.executes { try FrontendMessage.execute(portal: portal, into: &outgoing) }
            if request.endsWithReady { FrontendMessage.sync(into: &outgoing) }
        } catch {
            statements.abandon(request.closes)
            if let prepares { statements.didFailToPrepare(prepares) }
            throw error
        }
        return prepares
    }
}
