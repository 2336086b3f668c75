/// Decides whether a session is of the kind that `target_session_attrs` asks for, as libpq does.
struct SessionSuitability: Sendable, Equatable {
    /// What is known after a step.
    enum Verdict: Sendable, Equatable {
        case suitable
        /// The reason is one for a person.
        case unsuitable(String)
        /// The server has to be asked; the answer goes to ``verdict(_:to:)``.
        case ask(SessionQuestion)
    }

    let target: PGTargetSession

    /// The verdict by the settings that the server reported at the start of the session. PostgreSQL 14 and later report
    /// both.
    func verdict(_ parameterStatus: [String: String]) -> Verdict {
        let isStandby = Self.flag(parameterStatus["in_hot_standby"])
        let isReadOnlyByDefault = Self.flag(parameterStatus["default_transaction_read_only"])
        switch target {
        case .any: return .suitable
        case .readWrite, .readOnly:
            guard let isStandby, let isReadOnlyByDefault else { return .ask(.isReadOnly) }
            return verdict(isStandby || isReadOnlyByDefault, to: .isReadOnly)
        case .primary, .standby, .preferStandby:
            guard let isStandby else { return .ask(.isStandby) }
            return verdict(isStandby, to: .isStandby)
        }
    }

    /// The verdict by the answer to a question that ``verdict(_:)`` had.
    func verdict(_ answer: Bool, to question: SessionQuestion) -> Verdict {
        switch target {
        case .any: .suitable
        case .readWrite: answer ? .unsuitable("the session is read-only") : .suitable
        case .readOnly: answer ? .suitable : .unsuitable("the session is not read-only")
        case .primary: answer ? .unsuitable("the server is a standby") : .suitable
        case .standby, .preferStandby: answer ? .suitable : .unsuitable("the server is not a standby")
        }
    }

    private static func flag(_ value: String?) -> Bool? {
        switch value {
        case "on": true
        case "off": false
        default: nil
        }
    }
}
