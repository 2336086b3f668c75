#if Servers
import HummingbirdCore
import NIOCore

/// Collects a request's body up to a limit.
enum RequestBodyReader {
    struct Outcome {
        /// The body, or its beginning.
        var bytes: [UInt8]
        /// Whether the body ended. Otherwise ``bytes`` is one byte longer than the limit.
        var isComplete: Bool
    }

    /// Reads to the body's end, or to one byte beyond the limit.
    static func read(_ body: RequestBody, limit: Int) async throws -> Outcome {
        var bytes: [UInt8] = []
        for try await buffer in body {
            let room = limit - bytes.count
            if buffer.readableBytes > room {
                bytes.append(contentsOf: buffer.readableBytesView.prefix(room + 1))
                return Outcome(bytes: bytes, isComplete: false)
            }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return Outcome(bytes: bytes, isComplete: true)
    }
}
#endif
