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
        let configuration = configuration.withPasswordsOfFile(logger)
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
                    logger.debug("\(configuration.hosts[host].address) cannot be used: \(error)")
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
                    logger.debug("\(configuration.hosts[host].address) is not used: \(problem)")
                    await reached.end()
                    step = selection.refused(problem)
                } catch {
                    logger.debug("\(configuration.hosts[host].address) cannot be used: \(error)")
                    step = selection.failed(error)
                }
            case .fail(let error):
                throw error
            }
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
                    retry: error.mayPass ? .safe : .pointless)
            }
        }
    }
}
