@testable import PGWire

/// A connection that is being opened in a simulation: the driver's startup on one side, a server's on the other, and
/// between them bytes that are on their way.
final class SimulatedOpening: CustomStringConvertible {
    /// Something that can happen to it now.
    enum Step: CaseIterable {
        case toServer
        case toClient
        case serve
        case refuse
    }

    let slot: Int
    /// Whether the client has the right password.
    private let isEntitled: Bool
    /// Whether nobody listens.
    private let isRefused: Bool
    private var login: SimulatedLogin
    private var machine: StartupMachine
    private var input = ByteBuffer(capacity: 64)
    private var outbound: [UInt8] = []
    private var inbound: [UInt8] = []
    /// How it ended.
    private(set) var outcome: Result<Void, PGError>?

    init(slot: Int, _ random: inout SeededRandom) {
        self.slot = slot
        let method = SimulatedLogin.Method.allCases.randomElement(using: &random) ?? .trust
        let isLie = Int.random(in: 0..<12, using: &random) == 0
        login = SimulatedLogin(
            method, lie: isLie ? .allCases.randomElement(using: &random) : nil, user: "mcp", password: "pencil")
        isEntitled = Int.random(in: 0..<12, using: &random) > 0
        isRefused = Int.random(in: 0..<20, using: &random) == 0
        let configuration = PGConfiguration(
            host: .tcp(host: "db", port: 5432), user: "mcp", password: isEntitled ? "pencil" : "guessed",
            database: "sessions")
        machine = StartupMachine(configuration, nonce: "nonce\(random.next())")
        do throws(PGError) { outbound = try machine.start() } catch { outcome = .failure(error) }
    }

    var description: String {
        "a startup with \(login.method), \(isEntitled ? "the right" : "a wrong") password and a server that "
            + (login.lie.map { "lies by \($0)" } ?? "is honest")
    }

    /// Whether it is to become a session, unless it breaks; otherwise it must not.
    var maySucceed: Bool { login.lie == nil && (isEntitled || login.method == .trust) }

    var possible: [Step] {
        guard outcome == nil else { return [] }
        return Step.allCases.filter { step in
            switch step {
            case .refuse: isRefused
            case .toServer: !outbound.isEmpty && !isRefused
            case .toClient: !inbound.isEmpty
            case .serve: login.isBusy
            }
        }
    }

    func perform(_ step: Step, _ random: inout SeededRandom) {
        switch step {
        case .refuse: outcome = .failure(PGError(.connectFailed, "refused", retry: .safe))
        case .toServer: login.receive(outbound.takePart(&random))
        case .serve: inbound += login.step()
        case .toClient:
            input.append(inbound.takePart(&random))
            do throws(PGError) {
                while outcome == nil, let message = try Self.nextMessage(&input) {
                    try follow(machine.receive(message))
                }
            } catch {
                outcome = .failure(error)
            }
        }
    }

    /// The connection breaks.
    func reset() { outcome = .failure(PGError(.connectionClosed, "reset", retry: .safe)) }

    private static func nextMessage(_ input: inout ByteBuffer) throws(PGError) -> BackendMessage? {
        guard let frame = try BackendFrame.header(of: input.bytes, limit: BackendFrame.startupLimit),
            input.count >= frame.length
        else { return nil }
        let message = try BackendMessage.decode(
            tag: frame.tag, payload: input.bytes.extracting(BackendFrame.headerLength..<frame.length))
        input.consume(frame.length)
        return message
    }

    private func follow(_ actions: [StartupMachine.Action]) throws(PGError) {
        for action in actions {
            switch action {
            case .send(let bytes): outbound += bytes
            case .derive(let work): try follow(machine.derived(work.saltedPassword()))
            case .notice: break
            case .ready: outcome = .success(())
            }
        }
    }
}

extension [UInt8] {
    /// What one system call may read at once.
    private static let largestPart = 32 << 10

    /// Takes a part of what is on its way, however it was cut.
    mutating func takePart(_ random: inout SeededRandom) -> [UInt8] {
        let available = Swift.min(count, Self.largestPart)
        let part = Bool.random(using: &random) ? available : Int.random(in: 1...available, using: &random)
        defer { removeFirst(part) }
        return Array(prefix(part))
    }
}
