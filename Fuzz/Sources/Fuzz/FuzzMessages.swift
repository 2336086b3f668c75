@testable import PGWire

enum FuzzMessages {
    static func run(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        decode(bytes.dropFirst())
        startUp(bytes.dropFirst())
        query(bytes.dropFirst(), choice)
    }

    /// Cuts the bytes into messages as a connection does, and hands each on until one is refused.
    private static func each(_ bytes: ArraySlice<UInt8>, _ body: (UInt8, RawSpan) throws(PGError) -> Void) {
        var buffer = ByteBuffer(capacity: bytes.count)
        buffer.append(Array(bytes))
        do throws(PGError) {
            while let frame = try BackendFrame.header(of: buffer.bytes), buffer.count >= frame.length {
                try body(frame.tag, buffer.bytes.extracting(BackendFrame.headerLength..<frame.length))
                buffer.consume(frame.length)
            }
        } catch {
            precondition(!error.message.isEmpty)
        }
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) {
        each(bytes) { tag, payload in
            // What follows a message that is refused is looked at too.
            _ = try? BackendMessage.decode(tag: tag, payload: payload)
        }
    }

    private static func startUp(_ bytes: ArraySlice<UInt8>) {
        var configuration = PGConfiguration(
            host: .tcp(host: "127.0.0.1", port: 1), user: "user", password: "password", database: "db")
        configuration.authentication.maximumSCRAMIterations = 16
        configuration.protocolVersions = .v3_0 ... .v3_2
        var machine = StartupMachine(configuration, nonce: "published+client+nonce")
        _ = try? machine.start()
        each(bytes) { (tag, payload) throws(PGError) in
            for action in try machine.receive(try BackendMessage.decode(tag: tag, payload: payload)) {
                // The key of another password is as good here.
                if case .derive = action { _ = try machine.derived([UInt8](repeating: 7, count: 32)) }
            }
        }
    }

    private static func query(_ bytes: ArraySlice<UInt8>, _ choice: UInt8) {
        var request = QueryRequest()
        request.kind = [.extended, .simple, .sync, .extended][Int(choice & 3)]
        request.parses = choice & 4 != 0
        request.isStreamed = choice & 8 != 0
        request.endsWithReady = choice & 16 == 0
        request.hasRowLimit = choice & 32 != 0
        if choice & 64 != 0 {
            (request.kind, request.copy) = (.simple, choice & 128 != 0 ? .input : .output)
        } else if choice & 128 != 0 {
            request.closes = ["a"]
        }
        var machine = QueryMachine(request, maximumResultBytes: 1 << 16)
        var isOver = false
        each(bytes) { (tag, payload) throws(PGError) in
            guard !isOver else { return }
            switch try machine.receive(tag: tag, payload: payload) {
            case .finished, .statementDone: isOver = true
            case .none, .begun, .refuseCopyIn: break
            }
            _ = machine.takeStreamed()
        }
        if case .success(let results) = machine.takeOutcomes() {
            for result in results { for row in result { _ = try? row.decode(String?.self, at: 0) } }
        }
    }
}
