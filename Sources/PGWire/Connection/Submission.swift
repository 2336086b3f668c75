/// Something to be put into a session's line: what to send, and who waits for the answer.
struct Submission: Sendable {
    enum Work: Sendable {
        /// A statement whose result is read as a whole.
        case query(PGQuery)
        /// A statement whose rows are read as they come.
        case stream(PGQuery)
        /// A text with any number of statements.
        case simple(String)
        /// A COPY in one of its directions.
        case copy(String, QueryRequest.Copy)
        /// A statement of a pipeline, and the end of one.
        case pipelined(PGQuery)
        /// In the place of a statement of a pipeline that cannot be sent: something that fails on the server too, which
        /// then skips what is behind it and undoes what was before.
        indirect case failing(PGError)
        case endOfPipeline
        /// A portal, by its name, and what is done with it.
        case openPortal(String, PGQuery)
        case fetch(String, columns: [PGColumn], maxRows: Int32)
        case closePortal(String)
    }

    let work: Work
    let receiver: any AnswerReceiver
    /// Which of the session's leases it is made under.
    let lease: Session.Lease
    /// The pipeline that it belongs to.
    var pipeline: ObjectIdentifier?

    /// Who has the line for itself from here on until its ReadyForQuery: what is sent behind it would be taken for a part
    /// of it, or could not be told apart by a cancel request.
    var exclusiveUser: ObjectIdentifier? {
        if let pipeline { return pipeline }
        switch work {
        case .stream, .copy: return ObjectIdentifier(receiver)
        default: return nil
        }
    }

    var isEndOfPipeline: Bool {
        if case .endOfPipeline = work { true } else { false }
    }

    /// What is sent instead of a pipeline's statement that cannot be.
    func failing(_ error: PGError) -> Submission {
        Submission(work: .failing(error), receiver: receiver, lease: lease, pipeline: pipeline)
    }

    /// Whether it has to be sent: what nobody waits for has not, but a pipeline needs its end, and what undoes it.
    var isWanted: Bool {
        switch work {
        case .endOfPipeline, .failing: true
        default: receiver.isAwaited
        }
    }
}
