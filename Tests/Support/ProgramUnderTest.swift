import Foundation
import Glibc
import Synchronization

/// One of the package's programs, running as a process of its own, as `swift build` made it beside the tests.
///
/// The process is killed when the last reference goes.
public final class ProgramUnderTest: Sendable {
    /// What a test waited for in vain, with all that the program printed.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// How a process ended.
    public enum Ending: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    private let name: String
    private let folder: URL
    private let processIdentifier: Int32
    private let input: FileHandle
    private let ended: Ended

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - name: The product's name.
    ///   - environment: What differs from the environment of the tests, which lends no `DATABASE_URL`.
    public init(_ name: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        self.name = name
        folder = URL(fileURLWithPath: "/tmp/program-\(UUID().uuidString.lowercased())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let process = Process()
        process.executableURL = Self.programs.appendingPathComponent(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .filter { $0.key != "DATABASE_URL" && $0.key != "CONFIRM_DELETE" }.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardInput = pipe
        input = pipe.fileHandleForWriting
        // Files rather than pipes: nobody has to read along.
        process.standardOutput = try Self.file(folder.appendingPathComponent("output"))
        process.standardError = try Self.file(folder.appendingPathComponent("errors"))
        let ended = Ended()
        process.terminationHandler = { process in
            let status = process.terminationStatus
            ended.value.withLock { $0 = process.terminationReason == .exit ? .exited(status) : .signalled(status) }
        }
        try process.run()
        processIdentifier = process.processIdentifier
        self.ended = ended
    }

    private final class Ended: Sendable {
        let value = Mutex<Ending?>(nil)
    }

    deinit {
        if ended.value.withLock({ $0 }) == nil { kill(processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    /// What the program wrote to its standard output so far.
    public var output: String { text("output") }
    /// What the program wrote to its standard error so far.
    public var errors: String { text("errors") }
    /// How the program ended, or nil while it runs.
    public var currentEnding: Ending? { ended.value.withLock { $0 } }

    /// Waits until a whole line of standard output begins so, and returns what follows.
    public func outputLine(startingWith prefix: String, within limit: Duration = .seconds(30)) async throws -> String {
        try await wait("a line that begins '\(prefix)'", within: limit) {
            let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            return lines.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        }
    }

    /// Waits until there are that many whole lines of standard output, and returns them.
    public func outputLines(_ count: Int, within limit: Duration = .seconds(30)) async throws -> [String] {
        try await wait("\(count) lines", within: limit) {
            let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            return lines.count >= count ? lines.map(String.init) : nil
        }
    }

    /// Waits until the program ended.
    @discardableResult
    public func end(within limit: Duration = .seconds(30)) async throws -> Ending {
        try await wait("its end", within: limit) { currentEnding }
    }

    /// Sends a signal, such as `SIGTERM`.
    public func signal(_ number: Int32) {
        if currentEnding == nil { kill(processIdentifier, number) }
    }

    /// Kills the program as `kill -9` does, and waits for its end.
    public func kill9() async throws {
        signal(SIGKILL)
        try await end()
    }

    /// Writes a line to the program's standard input.
    public func send(line: String) throws { try input.write(contentsOf: Data((line + "\n").utf8)) }

    /// Ends the program's standard input.
    public func finishInput() throws { try input.close() }

    /// Waits until the condition has a value.
    public func wait<Value>(
        _ purpose: String, within limit: Duration = .seconds(30), until condition: () async throws -> Value?
    ) async throws -> Value {
        let deadline = ContinuousClock.now + limit
        while true {
            if let value = try await condition() { return value }
            guard ContinuousClock.now < deadline else {
                throw Failure(
                    description:
                        "waited in vain for \(purpose) of \(name); ended: \(String(describing: currentEnding))\n"
                        + "output: \(output)\nerrors: \(errors)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    // MARK: -

    /// The folder of the tests' own executable.
    private static let programs =
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    private static func file(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }

    private func text(_ file: String) -> String {
        String(decoding: (try? Data(contentsOf: folder.appendingPathComponent(file))) ?? Data(), as: UTF8.self)
    }
}
