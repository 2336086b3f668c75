/// What happened at each address that was tried, for the error that says so at the end.
struct DialFailures: Sendable {
    private struct Failure: Sendable, Equatable {
        let place: String
        let error: PGError

        var description: String { "\(place): \(error.message)" }
    }

    /// More than one reads; the others are counted.
    private static let mostShown = 16

    /// What the servers are called together.
    private let servers: String
    private let database: String
    private var failures: [Failure] = []

    init(_ configuration: PGConfiguration) {
        servers = configuration.addressDescription
        database = configuration.database
    }

    mutating func append(_ error: PGError, host: PGHost, address: String?) {
        var error = error
        error.address = PGConfiguration(hosts: [host], user: "", database: database).addressDescription
        let failure = Failure(place: Self.place(host.address, address), error: error)
        // The second round of prefer-standby meets the same again.
        if !failures.contains(failure) { failures.append(failure) }
    }

    /// The error where every server was tried: the last one's kind, and all that happened. Trying again may help where
    /// it may at one of them.
    var exhausted: PGError {
        guard let last = failures.last?.error else {
            return PGError(.hostNotFound, "There is no host to connect to", retry: .pointless)
        }
        guard failures.count > 1 else { return last }
        let hosts = Set(failures.map(\.error.address))
        return PGError(
            last.code, "None of the servers could be used: \(Self.list(failures[...]))",
            retry: failures.contains { $0.error.retry == .safe } ? .safe : last.retry,
            address: hosts.count == 1 ? last.address : servers, server: last.server)
    }

    /// The error where the last failure ends the search.
    var final: PGError {
        guard var last = failures.last?.error, failures.count > 1 else { return exhausted }
        last.message += "; before that: \(Self.list(failures.dropLast()))"
        return last
    }

    private static func list(_ failures: ArraySlice<Failure>) -> String {
        let hidden = failures.count - mostShown
        return failures.prefix(mostShown).map(\.description).joined(separator: "; ")
            + (hidden > 0 ? "; and \(hidden) more" : "")
    }

    private static func place(_ host: PGAddress, _ address: String?) -> String {
        guard case .tcp(let name, _) = host, let address, address != name else { return "\(host)" }
        return "\(host) (\(address))"
    }
}
