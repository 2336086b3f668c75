/// Brings a session from its first byte to ReadyForQuery: trust, password, md5 and SCRAM-SHA-256.
///
/// It does no I/O: whoever drives it sends what it says and hands it every message that comes. After an error it accepts
/// nothing more, and the connection is to be closed. See
/// [Start-up](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP).
struct StartupMachine: Sendable {
    /// What to do next.
    enum Action: Sendable, Equatable {
        /// Send these bytes.
        case send([UInt8])
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
    private let maximumIterations: Int
    private var state = State.unsent
    private var session = SessionParameters()
    private var messages = 0

    /// A machine for one attempt to connect.
    ///
    /// - Parameters:
    ///   - nonce: the client's nonce for SCRAM: given in tests and replays only.
    ///   - maximumIterations: the most iterations that SCRAM does for a server.
    init(
        _ configuration: PGConfiguration, nonce: String = SCRAMSHA256.randomNonce(),
        maximumIterations: Int = SCRAMSHA256.defaultMaximumIterations
    ) {
        self.configuration = configuration
        self.nonce = nonce
        self.maximumIterations = maximumIterations
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
        try FrontendMessage.startup(parameters: parameters, into: &buffer)
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
            try negotiate(newest: newest, unsupported: unsupported)
            return []
        case (_, .authentication(let request)):
            return try authenticate(request)
        case (.authenticated, .backendKeyData(let processID, let secretKey)):
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
        switch (state, request) {
        case (.started, .ok), (.passwordSent, .ok), (.scramVerified, .ok):
            state = .authenticated
            return []
        case (.started, .cleartextPassword):
            let password = try password(for: request)
            state = .passwordSent
            return [.send(try passwordMessage(password))]
        case (.started, .md5(let salt)):
            let password = try password(for: request)
            let response = try MD5Password.response(user: configuration.user, password: password, salt: salt)
            state = .passwordSent
            return [.send(try passwordMessage(response))]
        case (.started, .sasl(let mechanisms)):
            return [.send(try startSCRAM(offered: mechanisms))]
        case (.scramStarted(let scram), .saslContinue(let data)):
            let answer = try scram.answer(serverFirst: data)
            state = .scramAnswered(serverSignature: answer.serverSignature)
            var buffer = ByteBuffer()
            try FrontendMessage.saslResponse(answer.clientFinal, into: &buffer)
            return [.send(buffer.copyBytes())]
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
        guard offered.contains(where: { $0.utf8.elementsEqual(SCRAMSHA256.mechanism.utf8) }) else {
            let names = offered.joined(separator: ", ").oneLine
            throw PGError(
                .authentication,
                "The server offers SASL by \(names.isEmpty ? "nothing" : names), and this driver knows "
                    + "\(SCRAMSHA256.mechanism); allow scram-sha-256 for this role in pg_hba.conf",
                retry: .pointless)
        }
        let scram = SCRAMSHA256(
            password: try password(for: .sasl(mechanisms: offered)), nonce: nonce,
            maximumIterations: maximumIterations)
        state = .scramStarted(scram)
        var buffer = ByteBuffer()
        try FrontendMessage.saslInitialResponse(
            mechanism: SCRAMSHA256.mechanism, data: scram.clientFirst, into: &buffer)
        return buffer.copyBytes()
    }

    // MARK: The session

    /// Nothing newer than 3.0 and no option was asked for, so that only an older major version can be an answer.
    private func negotiate(newest: Int32, unsupported: [String]) throws(PGError) {
        guard newest >= FrontendMessage.protocolVersion, unsupported.isEmpty else {
            throw PGError(
                .protocolViolation,
                "The server speaks the protocol up to \(newest >> 16).\(newest & 0xFFFF) "
                    + "and refuses \(unsupported.count) options; this driver needs 3.0",
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
