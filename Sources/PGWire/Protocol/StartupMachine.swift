/// Brings a session from its first byte to ReadyForQuery: trust, password, md5 and SCRAM-SHA-256, with and without channel
/// binding.
///
/// It does no I/O: whoever drives it sends what it says and hands it every message that comes. After an error it accepts
/// nothing more, and the connection is to be closed. See
/// [Start-up](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP).
struct StartupMachine: Sendable {
    /// What to do next.
    enum Action: Sendable, Equatable {
        /// Send these bytes.
        case send([UInt8])
        /// Do this work and hand its result to ``StartupMachine/derived(_:)`` before the server's next message.
        case derive(PasswordDerivation)
        /// Log what the server remarks.
        case notice(PGServerError)
        /// The session is ready for queries.
        case ready(SessionParameters)
    }

    private enum State {
        case unsent
        /// The startup was sent; the server asks for credentials or waives them.
        case started
        /// A password was sent.
        case passwordSent
        /// SCRAM's first message was sent.
        case scramStarted(SCRAMSHA256)
        /// The server's first message was accepted; the password's key is being derived.
        case scramChallenged(SCRAMSHA256.Challenge)
        /// SCRAM's final message was sent; the server still has to prove that it knows the password.
        case scramAnswered(serverSignature: [UInt8])
        /// The server proved that it knows the password.
        case scramVerified
        /// The server accepted the credentials.
        case authenticated
        /// Ready, or failed.
        case ended
    }

    /// More messages than any server sends before it is ready; so that a hostile one does not fill the memory.
    private static let maximumMessages = 1_000

    private let configuration: PGConfiguration
    private let nonce: String
    private let guardian: AuthenticationGuard
    private var state = State.unsent
    private var exchange = AuthenticationGuard.Exchange.none
    private var session: SessionParameters
    private var negotiation: VersionNegotiation
    /// Whether the server has accepted the client.
    private(set) var isAuthenticated = false
    private var messages = 0

    /// A machine for one attempt to connect.
    ///
    /// - Parameters:
    ///   - security: What the session's bytes travel through.
    ///   - nonce: the client's nonce for SCRAM: given in tests and replays only.
    init(
        _ configuration: PGConfiguration, security: ChannelSecurity = .plain,
        nonce: String = SCRAMSHA256.randomNonce()
    ) {
        self.configuration = configuration
        self.nonce = nonce
        guardian = AuthenticationGuard(
            policy: configuration.authentication, certificateMode: configuration.tls.certificateMode,
            security: security)
        negotiation = VersionNegotiation(configuration.protocolVersions)
        session = SessionParameters(protocolVersion: negotiation.agreed)
    }

    /// The StartupMessage, which is sent first.
    ///
    /// - Throws: ``PGError/Code/configuration`` where a value holds U+0000.
    mutating func start() throws(PGError) -> [UInt8] {
        guard case .unsent = state else {
            throw PGError(.usage, "The startup was sent already", retry: .pointless)
        }
        var parameters = [("user", configuration.user), ("database", configuration.database)]
        if let name = configuration.applicationName { parameters.append(("application_name", name)) }
        parameters.append(("client_encoding", "UTF8"))
        // Text that the server makes of dates then does not depend on its configuration; the time zone stays the role's.
        parameters.append(("DateStyle", "ISO"))
        if let options = configuration.options { parameters.append(("options", options)) }
        parameters += configuration.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var buffer = ByteBuffer(capacity: 256)
        try FrontendMessage.startup(
            version: configuration.protocolVersions.upperBound, parameters: parameters, into: &buffer)
        state = .started
        return buffer.copyBytes()
    }

    /// Takes the server's next message.
    ///
    /// - Returns: what to do, in order; nothing for a message that only informs.
    /// - Throws: ``PGError/Code/authentication`` where the credentials were refused or the server is not to be trusted,
    ///   ``PGError/Code/server`` for another error that it reports, and ``PGError/Code/protocolViolation`` for a message
    ///   that is not due.
    mutating func receive(_ message: BackendMessage) throws(PGError) -> [Action] {
        do throws(PGError) {
            return try advance(message)
        } catch {
            state = .ended
            throw error
        }
    }

    /// Takes the key that ``Action/derive(_:)`` asked for.
    mutating func derived(_ saltedPassword: [UInt8]) throws(PGError) -> [Action] {
        guard case .scramChallenged(let challenge) = state else {
            throw PGError(.usage, "A startup was given a key that it did not ask for", retry: .pointless)
        }
        let answer = challenge.answer(saltedPassword: saltedPassword)
        state = .scramAnswered(serverSignature: answer.serverSignature)
        var buffer = ByteBuffer()
        try FrontendMessage.saslResponse(answer.clientFinal, into: &buffer)
        return [.send(buffer.copyBytes())]
    }

    private mutating func advance(_ message: BackendMessage) throws(PGError) -> [Action] {
        messages += 1
        guard messages <= Self.maximumMessages else {
            throw PGError(
                .protocolViolation, "The server sent \(Self.maximumMessages) messages and was still not ready",
                retry: .pointless)
        }
        switch (state, message) {
        case (.unsent, _), (.ended, _):
            throw PGError(.usage, "A startup that has not begun or is over was given a message", retry: .pointless)
        case (_, .errorResponse(let error)):
            throw .startupRefused(error)
        case (_, .noticeResponse(let notice)):
            return [.notice(notice)]
        case (_, .parameterStatus(let name, let value)):
            session.parameterStatus[name] = value
            return []
        case (.started, .negotiateProtocolVersion(let newest, let unsupported)):
            try negotiation.receive(newest: newest, unsupported: unsupported)
            session.protocolVersion = negotiation.agreed
            return []
        case (_, .authentication(let request)):
            return try authenticate(request)
        case (.authenticated, .backendKeyData(let processID, let secretKey)):
            try checkKey(secretKey)
            session.cancelKey = SessionParameters.CancelKey(processID: processID, secretKey: secretKey)
            return []
        case (.authenticated, .readyForQuery(.idle)):
            try checkSettings()
            state = .ended
            return [.ready(session)]
        default:
            throw PGError(
                .protocolViolation, "The server sent a message that has no place in the startup of a session",
                retry: .pointless)
        }
    }

    // MARK: Authentication

    private mutating func authenticate(_ request: Authentication) throws(PGError) -> [Action] {
        try guardian.check(request)
        switch (state, request) {
        case (.started, .ok), (.passwordSent, .ok), (.scramVerified, .ok):
            try guardian.checkAcceptance(after: exchange)
            isAuthenticated = true
            state = .authenticated
            return []
        case (.started, .cleartextPassword):
            let password = try password(for: request)
            (state, exchange) = (.passwordSent, .password)
            return [.send(try passwordMessage(password))]
        case (.started, .md5(let salt)):
            let password = try password(for: request)
            let response = try MD5Password.response(user: configuration.user, password: password, salt: salt)
            (state, exchange) = (.passwordSent, .password)
            return [.send(try passwordMessage(response))]
        case (.started, .sasl(let mechanisms)):
            return [.send(try startSCRAM(offered: mechanisms))]
        case (.scramStarted(let scram), .saslContinue(let data)):
            let challenge = try scram.challenge(serverFirst: data)
            state = .scramChallenged(challenge)
            return [.derive(challenge.derivation)]
        case (.scramAnswered(let signature), .saslFinal(let data)):
            try SCRAMSHA256.verify(serverFinal: data, signature: signature)
            state = .scramVerified
            return []
        case (.started, .unsupported):
            throw PGError(
                .authentication,
                "The server asks for authentication by \(request.name), which this driver does not offer; "
                    + "allow scram-sha-256 for this role in pg_hba.conf",
                retry: .pointless)
        case (_, .ok):
            throw .untrusted("it accepts the credentials before the exchange is complete")
        default:
            throw .untrusted("it asks for \(request.name) where that is not due")
        }
    }

    private func password(for request: Authentication) throws(PGError) -> String {
        guard let password = configuration.password, !password.isEmpty else {
            throw PGError(
                .authentication,
                "The server asks for a password (\(request.name)) and none was given; put one into the configuration",
                retry: .pointless)
        }
        return password
    }

    private func passwordMessage(_ password: String) throws(PGError) -> [UInt8] {
        var buffer = ByteBuffer()
        try FrontendMessage.password(password, into: &buffer)
        return buffer.copyBytes()
    }

    private mutating func startSCRAM(offered: [String]) throws(PGError) -> [UInt8] {
        let binding = try guardian.binding(offered: offered)
        let scram = SCRAMSHA256(
            password: try password(for: .sasl(mechanisms: offered)), nonce: nonce, binding: binding,
            maximumIterations: configuration.authentication.maximumSCRAMIterations)
        state = .scramStarted(scram)
        exchange = .scram(isBound: binding.mechanism == SCRAMSHA256.boundMechanism)
        var buffer = ByteBuffer()
        try FrontendMessage.saslInitialResponse(mechanism: binding.mechanism, data: scram.clientFirst, into: &buffer)
        return buffer.copyBytes()
    }

    // MARK: The session

    private func checkKey(_ key: [UInt8]) throws(PGError) {
        let lengths = session.protocolVersion == .v3_0 ? 4...4 : SessionParameters.CancelKey.secretLengths
        guard session.cancelKey == nil, lengths.contains(key.count) else {
            throw PGError(
                .protocolViolation,
                "The server sent a second key for cancel requests, or one of \(key.count) bytes, which protocol "
                    + "\(session.protocolVersion.rawValue) does not have",
                retry: .pointless)
        }
    }

    /// Refuses a session whose values would be read wrongly. What a proxy does not report is taken to be as it is since
    /// PostgreSQL 10.
    private func checkSettings() throws(PGError) {
        if let value = session.parameterStatus["integer_datetimes"], !value.utf8.elementsEqual("on".utf8) {
            throw PGError(
                .server,
                "The server keeps times as floating point numbers (integer_datetimes is not on), "
                    + "which this driver does not read",
                retry: .pointless)
        }
        if let value = session.parameterStatus["client_encoding"], !value.utf8.elementsEqual("UTF8".utf8) {
            throw PGError(
                .server, "The server did not take the encoding UTF8 for the session but \(value.oneLine)",
                retry: .pointless)
        }
    }
}
