/// Asks a server to cancel what a session does, on a connection of its own.
///
/// See [Canceling Requests in Progress](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS).
struct CancelRequest: Sendable {
    let configuration: PGConfiguration
    let route: Dialer.Route
    let key: SessionParameters.CancelKey

    /// Sends the request and waits until the server has closed the connection: only then is the signal delivered, so
    /// that it cannot hit a query that is sent afterwards.
    func send(on loop: PGEventLoop, until deadline: MonotonicTime) async throws(PGError) {
        var stream = try await ByteStream.connect(to: route.address, configuration, on: loop, until: deadline)
        if let context = route.tls {
            let isDirect = configuration.tls.negotiation == .direct
            if !isDirect, try await !stream.requestTLS() {
                throw PGError(.tls, "The server has no TLS for a cancel request", retry: .pointless)
            }
            try await stream.startTLS(
                context, host: route.host, sendsServerName: configuration.tls.sendsServerName, isDirect: isDirect)
        }
        var request = ByteBuffer(capacity: 32)
        FrontendMessage.cancelRequest(processID: key.processID, secretKey: key.secretKey, into: &request)
        try await stream.send(request.copyBytes())
        do throws(PGError) {
            while try await stream.receive() { stream.consumeInput(stream.input.count) }
        } catch {
            // A reset is an end too; TLS may end without its farewell.
            guard error.code == .connectionClosed || error.code == .tls else { throw error }
        }
    }
}
