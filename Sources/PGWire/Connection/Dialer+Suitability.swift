extension Dialer.Reached {
    /// Why the session is not of the kind that was asked for, which the server is asked where it did not say so.
    mutating func problem(_ selection: HostSelection) async -> PGError? {
        var verdict = selection.judge(session.parameterStatus)
        if case .ask(let question) = verdict {
            do throws(PGError) {
                verdict = selection.judge(try await ask(question), to: question)
            } catch {
                return error
            }
        }
        switch verdict {
        case .suitable: return nil
        case .unsuitable(let reason):
            return PGError(
                .connectFailed, "It is not what target_session_attrs asks for: \(reason)", retry: .safe)
        case .ask: return PGError(.usage, "An answer led to a question", retry: .pointless)
        }
    }

    private mutating func ask(_ question: SessionQuestion) async throws(PGError) -> Bool {
        var buffer = ByteBuffer()
        try FrontendMessage.query(question.sql, into: &buffer)
        try await stream.send(buffer.copyBytes())
        var answer = SessionAnswer(to: question)
        while true {
            let limit = BackendFrame.startupLimit
            if let frame = try BackendFrame.header(of: stream.input.bytes, limit: limit),
                stream.input.count >= frame.length
            {
                let result = try answer.receive(
                    tag: frame.tag,
                    payload: stream.input.bytes.extracting(BackendFrame.headerLength..<frame.length))
                stream.consumeInput(frame.length)
                guard let result else { continue }
                let changes = answer.parameterStatus
                session.parameterStatus.merge(changes) { $1 }
                return result
            }
            guard try await stream.receive() else {
                throw PGError(
                    .connectionClosed, "The server ended the connection when asked what it is", retry: .safe)
            }
        }
    }

    /// Tells the server that the session is over.
    mutating func end() async {
        var buffer = ByteBuffer(capacity: 8)
        FrontendMessage.terminate(into: &buffer)
        // That the connection broke is an end too.
        try? await stream.send(buffer.copyBytes())
    }
}
