import Logging

extension Dialer {
    /// Tries the hosts, and the addresses of each, until one gives a session of the kind that was asked for.
    ///
    /// Each address has `connect_timeout` of its own, and so has each look-up.
    func dial() async throws(PGError) -> Established {
        do throws(PGError) {
            try configuration.validate()
        } catch {
            var error = error
            error.address = configuration.addressDescription
            throw error
        }
        var selection = HostSelection(configuration)
        var addresses: [SocketAddress] = []
        var step = selection.start()
        while true {
            switch step {
            case .resolve(let host):
                do throws(PGError) {
                    addresses = try await resolve(configuration.hosts[host])
                    step = selection.resolved(addresses.map(\.numericHost))
                } catch {
                    step = selection.failed(error)
                }
            case .connect(let host, let index):
                let dialer = Dialer(
                    configuration: configuration.selecting(configuration.hosts[host]), loop: loop, logger: logger)
                do throws(PGError) {
                    var reached = try await dialer.reach(addresses[index], until: .now + configuration.connectTimeout)
                    guard let problem = await reached.problem(selection) else {
                        return dialer.established(reached)
                    }
                    await reached.stream.terminate()
                    step = selection.refused(problem)
                } catch {
                    step = selection.failed(error)
                }
            case .fail(let error):
                throw error
            }
            if case .fail = step {} else { logger.debug("connecting: \(step)") }
        }
    }

    private func established(_ reached: consuming Reached) -> Established {
        let session = reached.session
        let route = reached.route
        return Established(
            parts: reached.stream.takeApart(), session: session, route: route, configuration: configuration)
    }

    private func resolve(_ host: PGHost) async throws(PGError) -> [SocketAddress] {
        switch host.address {
        case .unix(let path):
            guard let address = SocketAddress(unixPath: path) else {
                throw PGError(.configuration, "The path of the Unix socket is too long", retry: .pointless)
            }
            return [address]
        case .tcp(let name, let port):
            if let digits = host.numericAddress {
                if let addresses = Resolver.numericAddresses(of: digits, port: port) { return addresses }
                throw PGError(.hostNotFound, "“\(digits.oneLine)” is not an IP address", retry: .pointless)
            }
            do throws(Resolver.Failure) {
                return try await Resolver.addresses(
                    of: name, port: port, on: loop, until: .now + configuration.connectTimeout)
            } catch {
                throw PGError(
                    error == .cancelled ? .cancelled : .hostNotFound, "The host “\(name)” could not be found: \(error)",
                    retry: error == .busy || error == .deadline || error == .cancelled ? .safe : .pointless)
            }
        }
    }
}

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
}

extension ByteStream {
    /// Tells the server that the session is over, as far as that goes without waiting long.
    fileprivate mutating func terminate() async {
        var buffer = ByteBuffer(capacity: 8)
        FrontendMessage.terminate(into: &buffer)
        try? await send(buffer.copyBytes())
    }
}
