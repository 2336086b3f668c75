import Synchronization

extension Session {
    /// How long to wait before a cancel request is sent again, since one that comes between two of the server's steps
    /// hits nothing; twice as long each further time, as every request costs the server a process and maybe a handshake.
    private static let cancelInterval: Duration = .milliseconds(100)

    /// Stops waiting for an answer, and has the server stop too.
    func abandon(_ receiver: any AnswerReceiver, _ error: PGError) {
        enum Way {
            case nothing
            case failCopy
            case cancel(any AnswerReceiver)
        }
        // Held before the task goes on, so that what it sends next cannot come between the query and its cancel request.
        let way: Way = shared.withLock { shared in
            if shared.line.removeHeld(receiver) { return .nothing }
            if shared.line.copying === receiver { return .failCopy }
            guard cancelRequest != nil else { return .nothing }
            return shared.line.willAbandon(receiver).map { .cancel($0) } ?? .nothing
        }
        let isAbandoned = receiver.abandon(error, patience: options.cancelPatience)
        if isAbandoned {
            arm(.now + options.cancelPatience)
        } else {
            shared.withLock { $0.line.didNotAbandon(receiver) }
        }
        switch way {
        case .cancel(let first):
            if isAbandoned { cancel(first) } else { release() }
        case .failCopy:
            if isAbandoned { failCopy() }
        case .nothing:
            if let first = shared.withLock({ $0.line.holdForAbandoned() }) { cancel(first) }
        }
        // A reader that went away leaves its stream to be read to the end.
        if receiver is PendingStream { channel.resumeReading() }
    }

    /// A server that waits for a COPY's data does not hear a cancel request.
    private func failCopy() {
        do throws(PGError) {
            try shared.withLock { (shared) throws(PGError) in
                if shared.line.copying != nil { try shared.line.failCopy() }
            }
            channel.flush()
        } catch {
            let error = error
            loop.execute { self.channel.end(error) }
        }
    }

    private func release() {
        shared.withLock { $0.line.hold = .none }
        channel.flush()
    }

    /// Sends cancel requests, one after the other, until the server has answered the query. Messages are held back
    /// meanwhile.
    ///
    /// It is done on the loop, whose clock the patience is measured by: other tasks may have all threads of the program
    /// for longer than that.
    func cancel(_ receiver: any AnswerReceiver) {
        guard let cancelRequest else { return }
        Task(executorPreference: loop) { await self.cancel(receiver, by: cancelRequest) }
    }

    private func cancel(_ receiver: any AnswerReceiver, by cancelRequest: CancelRequest) async {
        var interval = Self.cancelInterval
        let deadline = MonotonicTime.now + options.cancelPatience
        do throws(PGError) {
            while true {
                try await cancelRequest.send(on: loop, until: deadline)
                guard go(to: .cancelled, whileAwaiting: receiver) else { break }
                await Alarm.wait(until: .now + interval, on: loop)
                interval *= 2
                guard go(to: .cancelling, whileAwaiting: receiver) else { return }
            }
            release()
        } catch {
            // Whether the signal is still under way cannot be known: nothing may be sent any more.
            loop.execute { self.channel.end(error) }
        }
    }

    /// Returns whether the answer to `receiver` is still to come; the hold is what it was where it is not.
    private func go(to hold: SessionLine.Hold, whileAwaiting receiver: any AnswerReceiver) -> Bool {
        shared.withLock { shared in
            guard shared.closeReason == nil, shared.line.copying == nil, shared.line.first === receiver else {
                return false
            }
            shared.line.hold = hold
            return true
        }
    }

    func deadlineReached(_ now: MonotonicTime) {
        var expired: [any AnswerReceiver] = []
        var ticked: [any AnswerReceiver] = []
        var mustGiveUp = false
        let next = shared.withLock { shared in
            var next = MonotonicTime.distantFuture
            // An earlier entry of the heap may still be under way; the one that has come is not.
            if shared.armed <= now { shared.armed = .distantFuture }
            guard shared.closeReason == nil else { return next }
            shared.line.forEachReceiver { receiver, isSubmitted in
                switch receiver.due(at: now) {
                case .nothing(let until): next = min(next, until)
                case .tick(let until):
                    // The task that waits may get no thread until then.
                    next = min(next, until)
                    ticked.append(receiver)
                case .timeout: expired.append(receiver)
                case .giveUp: mustGiveUp = mustGiveUp || isSubmitted
                }
            }
            return next
        }
        arm(next)
        for receiver in ticked { receiver.tick() }
        for receiver in expired {
            abandon(receiver, PGError(.timeout, "The query took longer than its timeout allows", retry: .unknown))
        }
        if mustGiveUp {
            channel.end(PGError(.timeout, "The server did not end a cancelled query in time", retry: .unknown))
        }
    }
}
