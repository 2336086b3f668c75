/// Decides which address of which host is tried next, as libpq does; it neither looks up names nor connects.
///
/// Whoever drives it carries out each step and tells how it went, until a session is suitable or a step fails for good.
/// The number of steps is bounded by the hosts and their addresses, for `prefer-standby` by twice as many.
struct HostSelection: Sendable {
    /// What to do next.
    enum Step: Sendable, Equatable {
        /// Look up the addresses of a host, which is given by its index, and call ``resolved(_:)`` or ``failed(_:)``.
        case resolve(host: Int)
        /// Connect to one of the addresses that were found, and call ``judge(_:)`` or ``failed(_:)``.
        case connect(host: Int, address: Int)
        /// Give up.
        case fail(PGError)
    }

    /// A random or another order of so many things.
    typealias Order = @Sendable (_ count: Int) -> [Int]

    private let hosts: [PGHost]
    private let addressOrder: Order
    /// The indices of the hosts in the order in which they are tried.
    private let hostOrder: [Int]
    private var target: PGTargetSession
    private var position = 0
    /// What the addresses of the present host are called, and the order of those that are still to be tried.
    private var addresses: (names: [String?], left: ArraySlice<Int>) = ([], [])
    private var address: String?
    private var failures: DialFailures

    /// - Parameter shuffle: gives a random order: another one in tests only.
    init(_ configuration: PGConfiguration, shuffle: @escaping Order = { Array(0..<$0).shuffled() }) {
        hosts = configuration.hosts
        failures = DialFailures(configuration)
        target = configuration.targetSession
        let given: Order = { Array(0..<$0) }
        let order = configuration.loadBalancing == .random ? shuffle : given
        addressOrder = order
        hostOrder = order(configuration.hosts.count)
    }

    /// The first step.
    mutating func start() -> Step { hosts.isEmpty ? .fail(failures.exhausted) : .resolve(host: hostOrder[0]) }

    /// Takes the addresses of the host that was looked up, as they are written in digits; nil for a Unix socket.
    mutating func resolved(_ names: [String?]) -> Step {
        addresses = (names, addressOrder(names.count)[...])
        return nextAddress()
    }

    /// Whether the session that was reached will do.
    func judge(_ parameterStatus: [String: String]) -> SessionSuitability.Verdict {
        SessionSuitability(target: target).verdict(parameterStatus)
    }

    /// Whether the session that was reached will do, by its answer.
    func judge(_ answer: Bool, to question: SessionQuestion) -> SessionSuitability.Verdict {
        SessionSuitability(target: target).verdict(answer, to: question)
    }

    /// Takes the failure of a look-up or of an attempt to connect.
    ///
    /// What the network did may be different at the next address; a name that is not known, and a server that is only
    /// starting or stopping, concern the whole host. Everything else, such as a refused password, would be asked for at
    /// the wrong place next, and ends the search.
    mutating func failed(_ error: PGError) -> Step {
        failures.append(error, host: hosts[host], address: address)
        switch error.code {
        case .connectFailed, .connectionClosed, .timeout: return nextAddress()
        case .hostNotFound: return nextHost()
        default: return error.sqlState == "57P03" ? nextHost() : .fail(failures.final)
        }
    }

    /// Takes the failure of a question, or that the session is not suitable: the host's other addresses would not be
    /// either.
    mutating func refused(_ error: PGError) -> Step {
        failures.append(error, host: hosts[host], address: address)
        return error.code == .cancelled ? .fail(failures.final) : nextHost()
    }

    private var host: Int { hostOrder[position] }

    private mutating func nextAddress() -> Step {
        guard let next = addresses.left.popFirst() else { return nextHost() }
        address = addresses.names[next]
        return .connect(host: host, address: next)
    }

    private mutating func nextHost() -> Step {
        addresses = ([], [])
        address = nil
        position += 1
        if position == hosts.count {
            guard target == .preferStandby else { return .fail(failures.exhausted) }
            // There is no standby: then any server will do.
            target = .any
            position = 0
        }
        return .resolve(host: host)
    }
}
