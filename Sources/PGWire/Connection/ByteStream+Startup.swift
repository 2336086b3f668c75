extension ByteStream {
    /// Asks the server for TLS, and returns whether it agrees.
    mutating func requestTLS() async throws(PGError) -> Bool {
        try await send(TLSNegotiation.request())
        while true {
            guard try await receive() else {
                throw PGError(
                    .connectionClosed, "The server ended the connection when asked for TLS", retry: .safe)
            }
            guard let answer = try TLSNegotiation.answer(input.bytes) else { continue }
            consumeInput(input.count)
            return answer == .accepted
        }
    }

    /// Receives until a whole message is there, and takes it.
    mutating func receiveMessage(limit: Int) async throws(PGError) -> BackendMessage {
        while true {
            if let frame = try BackendFrame.header(of: input.bytes, limit: limit), input.count >= frame.length {
                let message = try BackendMessage.decode(
                    tag: frame.tag, payload: input.bytes.extracting(BackendFrame.headerLength..<frame.length))
                consumeInput(frame.length)
                return message
            }
            guard try await receive() else {
                throw PGError(
                    .connectionClosed, "The server ended the connection before it was ready", retry: .safe)
            }
        }
    }
}
