import Synchronization

/// A run of statements that are sent one behind the other without waiting for answers, all in one implicit transaction
/// unless one is open already.
///
/// See ``PGConnection/withPipeline(timeout:_:)``.
public final class PGPipeline: Sendable {
    private struct State {
        var answers: [PipelineAnswer] = []
        /// Why no more statements are taken.
        var end: KeptError?
    }

    private let connection: PGConnection
    private let deadline: MonotonicTime
    /// Waits for the end. It also stands for the pipeline: a line keeps it until its answer has come, so that no other
    /// pipeline can be taken for this one, as could happen with what a timeout let go of.
    private let last: PendingAnswer
    private let state = Mutex(State())

    fileprivate init(connection: PGConnection, deadline: MonotonicTime) {
        self.connection = connection
        self.deadline = deadline
        last = PendingAnswer(deadline: deadline)
    }

    /// The answer to one statement of a pipeline.
    public struct Answer: Sendable {
        fileprivate let answer: PipelineAnswer
        fileprivate let connection: PGConnection

        /// The statement's place in the pipeline, counted from 1.
        public var number: Int { answer.number }

        /// The statement's result; waits for it.
        ///
        /// What it changed is undone where a later statement of the pipeline fails: only when
        /// ``PGConnection/withPipeline(timeout:_:)`` has returned, it stands.
        ///
        /// - Throws: ``PGError``: why the statement failed; ``PGError/Code/pipelineAborted`` where it was not run because
        ///   an earlier one had failed, which ``PGError/failedStatement`` names.
        public var result: PGResult {
            get async throws(PGError) {
                switch await answer.wait() {
                case .result(let result): return result.naming(connection.session.typeNames)
                case .failure(let error): throw connection.located(error)
                }
            }
        }

        /// The rows of the statement's result as tuples; waits for it.
        ///
        /// - Throws: as ``result``, and as `PGResult.decode(as:)`.
        public func rows<each Value: PGDecodable>(
            as types: (repeat each Value).Type
        ) async throws(PGError) -> [(repeat each Value)] {
            try await result.decode(as: types)
        }
    }

    /// Sends a statement, without waiting for anything.
    ///
    /// Statements run in the order of these calls. After one has failed, the server skips the others.
    @discardableResult
    public func query(_ query: PGQuery) -> Answer {
        let (answer, end) = state.withLock { state in
            let answer = PipelineAnswer(number: state.answers.count + 1, deadline: deadline)
            if state.end == nil { state.answers.append(answer) }
            return (answer, state.end)
        }
        if let end { answer.fail(end.error) } else { submit(.pipelined(query), answer) }
        return Answer(answer: answer, connection: connection)
    }

    private func submit(_ work: consuming Submission.Work, _ receiver: any AnswerReceiver) {
        connection.session.submit(
            Submission(
                work: work, receiver: receiver, lease: connection.lease, pipeline: ObjectIdentifier(last)),
            deadline: deadline)
    }

    fileprivate func abandon(_ error: PGError) {
        let answers = state.withLock { state in
            state.end = state.end ?? KeptError(error)
            return state.answers
        }
        for answer in answers { connection.session.abandon(answer, error) }
    }

    /// Sends the Sync and waits until the server has done everything, also where the task is cancelled: what is sent
    /// afterwards must not become a part of the pipeline.
    fileprivate func end() async throws(PGError) {
        let (answers, cause) = state.withLock { state in
            defer { state.end = state.end ?? KeptError(PGError(.usage, "The pipeline has ended", retry: .pointless)) }
            return (state.answers, state.end?.error)
        }
        guard !answers.isEmpty else {
            if let cause { throw connection.located(cause) }
            return
        }
        // Statements were refused, or may yet be left out, since the task was cancelled: what was done of them is undone.
        if let cause { submit(.failing(cause), PipelineAnswer(number: answers.count + 1, deadline: deadline)) }
        let ended = await last.wait(watching: .distantFuture) { _ in submit(.endOfPipeline, last) }
        // A statement that failed explains more than the end; the first one explains the others.
        for answer in answers {
            if case .failure(let error) = await answer.wait() { throw connection.located(error) }
        }
        if let cause { throw connection.located(cause) }
        if case .answer(.failure(let error)) = ended { throw connection.located(error) }
    }
}

extension PGConnection {
    /// Sends statements without waiting for their answers, and returns when the server has done them all.
    /// ```swift
    /// let total = try await connection.withPipeline { pipeline in
    ///     pipeline.query("INSERT INTO entries (amount) VALUES (\(5))")
    ///     let total = pipeline.query("SELECT sum(amount) FROM entries")
    ///     return try await total.rows(as: Int64.self)
    /// }
    /// ```
    /// The statements share one Sync, and with it, unless a transaction is open, one transaction: when one fails, the
    /// server skips those behind it and undoes those before it; so it does where the task is cancelled before `body`
    /// returns. Nothing else is sent on the connection meanwhile. See
    /// [Pipelining](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING).
    ///
    /// - Parameters:
    ///   - timeout: How long the whole may take; nil is ``Options/queryTimeout``.
    ///   - body: Sends statements, and waits for those answers that it wants.
    /// - Returns: What `body` returns, once every statement has been done.
    /// - Throws: What `body` throws, or else ``PGError`` of the first statement that failed, also where nobody asked for its
    ///   answer, or of the end, where a deferred constraint fails; with ``PGError/Code/cancelled`` where the task was
    ///   cancelled before `body` returned.
    nonisolated(nonsending) public func withPipeline<R>(
        timeout: Duration? = nil, _ body: nonisolated(nonsending) (PGPipeline) async throws -> R
    ) async throws -> R {
        let pipeline = PGPipeline(connection: self, deadline: deadline(after: timeout))
        return try await withTaskCancellationHandler {
            let outcome: Result<R, any Error>
            do {
                outcome = .success(try await body(pipeline))
            } catch {
                outcome = .failure(error)
            }
            do throws(PGError) {
                try await pipeline.end()
            } catch {
                if case .failure(let cause) = outcome { throw cause }
                throw error
            }
            return try outcome.get()
        } onCancel: {
            pipeline.abandon(PGError(.cancelled, "The pipeline was cancelled", retry: .unknown))
        }
    }
}
