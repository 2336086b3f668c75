extension SessionLine {
    /// Appends the messages of a submission to the outgoing bytes, and says in `request` what they are.
    ///
    /// What it throws leaves behind bytes that the caller drops.
    ///
    /// - Returns: The statement that is prepared for the cache.
    mutating func encode(
        _ submission: Submission, _ request: inout QueryRequest
    ) throws(PGError) -> PreparedStatement? {
        switch submission.work {
        case .query(let query):
            return try encodeStatement(query, &request)
        case .stream(let query):
            request.isStreamed = true
            return try encodeStatement(query, &request)
        case .pipelined(let query):
            request.endsWithReady = false
            return try encodeStatement(query, &request)
        case .failing:
            request.endsWithReady = false
            request.isRefusal = true
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
            return try encodeStatement(query, &request, portal: name)
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
        return nil
    }

    /// Appends what runs a statement, prepared where that is not done yet, and returns the statement that it prepares.
    private mutating func encodeStatement(
        _ query: PGQuery, _ request: inout QueryRequest, portal: String = ""
    ) throws(PGError) -> PreparedStatement? {
        var statement: PreparedStatement?
        switch statements.plan(for: query.statementKey) {
        case .bind(let prepared):
            statement = prepared
            request.knownColumns = prepared.columns
        case .prepare(let new):
            statement = new
            request.parses = true
        case .unnamed:
            request.parses = true
        }
        request.closes = statements.takeAbandoned()
        do throws(PGError) {
            for name in request.closes { try FrontendMessage.close(statement: name, into: &outgoing) }
            if request.parses {
                try FrontendMessage.parse(
                    name: statement?.name ?? "", sql: query.sql, types: query.parameters.types, into: &outgoing)
            }
            let head =
                portal.isEmpty ? statement?.bindHead : BindHead(portal: portal, statement: statement?.name ?? "")
            try query.parameters.appendBind(head ?? .unnamed, to: &outgoing)
            if request.knownColumns == nil { try FrontendMessage.describe(portal: portal, into: &outgoing) }
            if request.executes { try FrontendMessage.execute(portal: portal, into: &outgoing) }
            if request.endsWithReady { FrontendMessage.sync(into: &outgoing) }
        } catch {
            statements.abandon(request.closes)
            if request.parses, let statement { statements.didFailToPrepare(statement) }
            throw error
        }
        return request.parses ? statement : nil
    }
}
