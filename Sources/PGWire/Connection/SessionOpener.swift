internal import Digests
import Logging

/// Opens a session with the server at one address: TLS in the order that ``EncryptionPlan`` gives, then the startup.
struct SessionOpener: Sendable {
    /// How many iterations of a password's derivation are done before other tasks have their turn: less than a
    /// millisecond's work.
    private static let iterationsPerTurn = 4_096

    private let configuration: PGConfiguration
    private let host: String
    private let loop: PGEventLoop
    private let logger: Logger
    private let plan: EncryptionPlan

    /// - Parameter host: the name that the server's certificate has to have; empty for a Unix socket.
    /// - Throws: ``PGError/Code/tls`` where TLS is a must and a file that it needs cannot be used, before anything is sent.
    init(configuration: PGConfiguration, host: String, loop: PGEventLoop, logger: Logger) throws(PGError) {
        self.configuration = configuration
        self.host = host
        self.loop = loop
        self.logger = logger
        let isUnixSocket = if case .unix = configuration.host { true } else { false }
        plan = EncryptionPlan(configuration.tls, isUnixSocket: isUnixSocket)
        if !plan.allowsPlainText { _ = try TLSContextCache.context(for: configuration.tls) }
    }

    /// Opens a session.
    ///
    /// Nothing was carried out where it throws, so that a retry does no harm.
    func open(_ address: SocketAddress, until deadline: MonotonicTime) async throws(PGError) -> Dialer.Reached {
        do throws(PGError) {
            return try await openByPlan(address, until: deadline)
        } catch {
            var error = error
            if error.retry == .unknown { error.retry = .safe }
            throw error
        }
    }

    private func openByPlan(
        _ address: SocketAddress, until deadline: MonotonicTime
    ) async throws(PGError) -> Dialer.Reached {
        var plan = plan
        var stage = EncryptionPlan.Failure.other
        let first: PGError
        let isFirstEncrypted = plan.method != .plain
        do throws(PGError) {
            return try await attempt(address, &plan, &stage, until: deadline)
        } catch {
            // Time that has run out and a task that was cancelled are no matter of TLS.
            if error.code == .timeout || error.code == .cancelled { stage = .other }
            guard case .connectAnew = plan.next(after: stage) else { throw error }
            first = error
        }
        do throws(PGError) {
            return try await attempt(address, &plan, &stage, until: deadline)
        } catch {
            throw error.after(first, wasEncrypted: isFirstEncrypted)
        }
    }

    /// - Parameters:
    ///   - plan: What to do where the server has no TLS.
    ///   - stage: What an error means for the plan.
    private func attempt(
        _ address: SocketAddress, _ plan: inout EncryptionPlan, _ stage: inout EncryptionPlan.Failure,
        until deadline: MonotonicTime
    ) async throws(PGError) -> Dialer.Reached {
        stage = .other
        var stream = try await ByteStream.connect(to: address, configuration, on: loop, until: deadline)
        var route = Dialer.Route(address: address, tls: nil, host: host)
        if plan.method != .plain, let context = try await encrypt(&stream, &plan, &stage) {
            route = Dialer.Route(address: address, tls: context, host: host)
        }
        let session = try await start(&stream, &stage)
        return Dialer.Reached(stream: stream, session: session, route: route)
    }

    /// Returns nil where the server has no TLS and the plan accepts that.
    private func encrypt(
        _ stream: inout ByteStream, _ plan: inout EncryptionPlan, _ stage: inout EncryptionPlan.Failure
    ) async throws(PGError) -> TLSContext? {
        let isDirect = plan.method == .direct
        if !isDirect {
            guard try await stream.requestTLS() else {
                if case .goOnInPlainText = plan.next(after: .declined) { return nil }
                throw PGError(
                    .tls,
                    "The server does not offer TLS, and sslmode=\(configuration.tls.mode.rawValue) insists on it; "
                        + "set ssl=on in its configuration",
                    retry: .pointless)
            }
        }
        stage = .handshake
        let context = try TLSContextCache.context(for: configuration.tls)
        try await stream.startTLS(
            context, host: host, sendsServerName: configuration.tls.sendsServerName, isDirect: isDirect)
        stage = .other
        return context
    }

    private func start(
        _ stream: inout ByteStream, _ stage: inout EncryptionPlan.Failure
    ) async throws(PGError) -> SessionParameters {
        var machine = StartupMachine(configuration, security: stream.security)
        try await stream.send(machine.start())
        while true {
            let message = try await stream.receiveMessage(limit: BackendFrame.startupLimit)
            if !machine.isAuthenticated, case .errorResponse = message { stage = .refused }
            var actions = try machine.receive(message)
            while !actions.isEmpty {
                switch actions.removeFirst() {
                case .send(let bytes): try await stream.send(bytes)
                case .derive(let derivation):
                    actions += try machine.derived(await derive(derivation, until: stream.deadline))
                case .notice(let notice): logger.debug("notice at connection start: \(notice.message.oneLine)")
                case .ready(let session): return session
                }
            }
        }
    }

    /// Derives a password's key without keeping a loop's other connections waiting.
    private func derive(
        _ derivation: PasswordDerivation, until deadline: MonotonicTime
    ) async throws(PGError) -> [UInt8] {
        var work = derivation.begin()
        work.advance(Self.iterationsPerTurn)
        while work.remaining > 0 {
            await Task.yield()
            guard !Task.isCancelled else {
                throw PGError(.cancelled, "Cancelled while deriving a key from the password", retry: .safe)
            }
            guard MonotonicTime.now < deadline else {
                throw PGError(
                    .timeout,
                    "Timed out deriving a key from the password, for which the server asks for "
                        + "\(derivation.iterations) iterations",
                    retry: .safe)
            }
            work.advance(Self.iterationsPerTurn)
        }
        return work.key
    }
}

extension PGError {
    /// This error of a second attempt, or that of the first where it tells more, with the other one behind it.
    ///
    /// A refusal for lack of a line in `pg_hba.conf` (28000) tells less than another one, as the way that failed first or
    /// second may be the wrong one for the role.
    fileprivate func after(_ first: PGError, wasEncrypted: Bool) -> PGError {
        guard code != .cancelled, code != .timeout, message != first.message else { return self }
        let isFirstBetter = first.server != nil && (server == nil || sqlState == "28000")
        let (shown, other) = isFirstBetter ? (first, self) : (self, first)
        let way = wasEncrypted == isFirstBetter ? "without TLS" : "with TLS"
        var error = shown
        error.message += " (and \(way): \(other.message))"
        return error
    }
}
