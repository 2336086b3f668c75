import Dispatch
import Glibc

/// A pipe of the system, whose ends a test closes.
struct Pipe: Sendable {
    let reader: Int32
    let writer: Int32

    struct Failure: Error { var code: Int32 }

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw Failure(code: errno) }
        reader = ends[0]
        writer = ends[1]
    }

    func closeReader() { close(reader) }
    func closeWriter() { close(writer) }

    /// Writes as much as fits or all of it, if somebody reads.
    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(writer, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// All bytes until the writing end is closed.
    func readToEnd() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "test.pipe").async {
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = unsafe buffer.withUnsafeMutableBytes {
                        unsafe Glibc.read(reader, $0.baseAddress, $0.count)
                    }
                    guard count > 0 else { break }
                    bytes += buffer[..<count]
                }
                continuation.resume(returning: bytes)
            }
        }
    }
}
