internal import Glibc

/// A file that is read whole, as long as it is not large.
struct SmallFile: Sendable {
    /// Why a file could not be read.
    enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// There is none.
        case missing
        /// It is a folder, a pipe, a device or the like.
        case notRegular
        /// It has more than ``SmallFile/largest`` bytes.
        case tooLarge
        case system(SystemError)

        var description: String {
            switch self {
            case .missing: "there is no such file"
            case .notRegular: "it is not a plain file"
            case .tooLarge: "it has more than \(SmallFile.largest) bytes"
            case .system(let error): "\(error)"
            }
        }
    }

    /// 1 MiB.
    static let largest = 1 << 20

    let bytes: [UInt8]
    /// Whether only its owner may read, write or run it.
    let isPrivate: Bool

    init(readingFrom path: String) throws(Failure) {
        guard !path.hasNUL else { throw .missing }
        // A pipe would otherwise block until somebody writes to it.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .system(.last)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .system(.last) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        isPrivate = status.st_mode & (S_IRWXG | S_IRWXO) == 0
        bytes = try Self.read(descriptor)
    }

    private static func read(_ descriptor: CInt) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR else { throw .system(.last) }
                continue
            }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= largest else { throw .tooLarge }
        }
    }
}
