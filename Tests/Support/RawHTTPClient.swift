import Dispatch
import Glibc

/// A TCP connection that says exactly what a test wants said, however wrong, and reads what comes back.
///
/// Its calls block a thread of Dispatch, never one of the cooperative pool, and each is bounded in time.
public actor RawHTTPClient {
    /// Why a test did not get what it waited for.
    public enum Failure: Error, Equatable {
        case cannotConnect(code: Int32)
        case timedOut
        /// The server closed the connection.
        case closed
        /// The server reset the connection, or the socket failed with this `errno`.
        case failed(code: Int32)
        case malformed(String)
    }

    /// A response's head.
    public struct Head: Sendable {
        public var status: Int
        /// Field names in lower case, in the order in which they came.
        public var fields: [(name: String, value: String)]

        /// The first field of that name, given in lower case.
        public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
    }

    /// A whole response.
    public struct Response: Sendable {
        public var head: Head
        public var body: [UInt8]
        public var status: Int { head.status }
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let descriptor: Int32
    private let queue = DispatchQueue(label: "RawHTTPClient")
    private var buffer: [UInt8] = []

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { Glibc.close(descriptor) }

    /// Connects to a port of 127.0.0.1.
    ///
    /// - Parameter receiveBuffer: The size of the socket's receive buffer, for clients that are slow to read.
    public static func connect(port: Int, receiveBuffer: Int32? = nil) async throws -> RawHTTPClient {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure.cannotConnect(code: errno) }
        if var size = receiveBuffer {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw Failure.cannotConnect(code: code)
        }
        return RawHTTPClient(descriptor: descriptor)
    }

    /// Sends the bytes as they are.
    public func send(_ bytes: [UInt8]) async throws {
        try await blocking { [descriptor] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes {
                    unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count >= 0 else { throw Failure.failed(code: errno) }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Sends the text as it is.
    public func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Sends a request with a `Content-Length` and a `Host`, unless the fields have one.
    public func send(_ method: String, _ path: String, fields: [(String, String)] = [], body: String? = nil)
        async throws
    {
        var text = "\(method) \(path) HTTP/1.1\r\n"
        if !fields.contains(where: { $0.0.lowercased() == "host" }) { text += "Host: 127.0.0.1\r\n" }
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        try await send(text + "\r\n" + (body ?? ""))
    }

    /// Says that nothing more will be sent; reading goes on.
    public func finishSending() { Glibc.shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads a whole response.
    public func response(within limit: Duration = .seconds(10)) async throws -> Response {
        let deadline = ContinuousClock.now + limit
        let head = try await head(until: deadline)
        if head.status == 204 || head.status == 304 || head.status / 100 == 1 { return Response(head: head, body: []) }
        if head["transfer-encoding"]?.lowercased() == "chunked" {
            var body: [UInt8] = []
            while let chunk = try await chunk(until: deadline) { body += chunk }
            return Response(head: head, body: body)
        }
        guard let length = head["content-length"].flatMap({ Int($0) }), length >= 0 else {
            throw Failure.malformed("no Content-Length")
        }
        while buffer.count < length { try await fill(until: deadline) }
        return Response(head: head, body: take(length))
    }

    /// Reads a response's head alone.
    public func head(within limit: Duration = .seconds(10)) async throws -> Head {
        try await head(until: .now + limit)
    }

    /// Reads the next chunk of a chunked body, or nil at its end.
    public func chunk(within limit: Duration = .seconds(10)) async throws -> [UInt8]? {
        try await chunk(until: .now + limit)
    }

    /// Reads so many bytes of a body.
    public func body(of length: Int, within limit: Duration = .seconds(10)) async throws -> [UInt8] {
        let deadline = ContinuousClock.now + limit
        while buffer.count < length { try await fill(until: deadline) }
        return take(length)
    }

    /// Waits for the server to close the connection, and returns what it sent until then.
    public func readToEnd(within limit: Duration = .seconds(10)) async throws -> [UInt8] {
        let deadline = ContinuousClock.now + limit
        do {
            while true { try await fill(until: deadline) }
        } catch Failure.closed {
            return take(buffer.count)
        }
    }

    /// Closes the connection at once, with a reset where `abruptly` says so.
    public func close(abruptly: Bool = false) {
        if abruptly {
            var option = linger(l_onoff: 1, l_linger: 0)
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            // The descriptor stays ours until deinit; connecting to nothing is what sends the reset now.
            var nowhere = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: sockaddr().sa_data)
            unsafe _ = Glibc.connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
        } else {
            Glibc.shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    // MARK: -

    private func head(until deadline: ContinuousClock.Instant) async throws -> Head {
        var lines: [String] = []
        while true {
            let line = try await line(until: deadline)
            if line.isEmpty { break }
            lines.append(line)
            if lines.count > 200 { throw Failure.malformed("too many fields") }
        }
        let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw Failure.malformed(lines.first ?? "no status line")
        }
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop(while: { $0 == " " }) : ""
            return (name: parts[0].lowercased(), value: String(value))
        }
        return Head(status: status, fields: fields)
    }

    private func chunk(until deadline: ContinuousClock.Instant) async throws -> [UInt8]? {
        guard let length = Int(try await line(until: deadline), radix: 16), length >= 0 else {
            throw Failure.malformed("no chunk length")
        }
        if length == 0 {
            while try await !line(until: deadline).isEmpty {}
            return nil
        }
        while buffer.count < length + 2 { try await fill(until: deadline) }
        let chunk = take(length)
        _ = take(2)
        return chunk
    }

    private func line(until deadline: ContinuousClock.Instant) async throws -> String {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                var line = take(end + 1).dropLast()
                if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
                return String(decoding: line, as: UTF8.self)
            }
            try await fill(until: deadline)
        }
    }

    private func take(_ count: Int) -> [UInt8] {
        let taken = Array(buffer.prefix(count))
        buffer.removeFirst(count)
        return taken
    }

    /// Reads at least a byte.
    private func fill(until deadline: ContinuousClock.Instant) async throws {
        let received = try await blocking { [descriptor] in
            let remaining = deadline - .now
            guard remaining > .zero else { throw Failure.timedOut }
            let milliseconds = Int32(clamping: remaining.components.seconds * 1000 + 1000)
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&event, 1, milliseconds) > 0 else { throw Failure.timedOut }
            var bytes = [UInt8](repeating: 0, count: 64 * 1024)
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            if count == 0 { throw Failure.closed }
            if count < 0 { throw Failure.failed(code: errno) }
            return Array(bytes.prefix(count))
        }
        buffer += received
    }

    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
