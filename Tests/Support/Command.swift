import Foundation

/// A program that a test runs to its end.
struct Command: Sendable {
    /// The program ended otherwise than with status 0.
    struct Failure: Error, CustomStringConvertible {
        let program: String
        let status: Int32
        let output: String
        let errors: String

        var description: String { "\(program) ended with status \(status): \(errors)\(output)" }
    }

    let program: String
    let arguments: [String]
    /// The folder it runs in, which also holds its output while it runs.
    let folder: String

    /// Runs the program without blocking a thread, and returns what it wrote to its standard output.
    @discardableResult
    func run() async throws -> String {
        let base = "\(folder)/.command-\(UUID().uuidString)"
        let paths = ["\(base).out", "\(base).err"]
        defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
        for path in paths { try Data().write(to: URL(fileURLWithPath: path)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        // Files rather than pipes: nobody has to read along, and a background process cannot hold them open.
        process.standardOutput = FileHandle(forWritingAtPath: paths[0])
        process.standardError = FileHandle(forWritingAtPath: paths[1])
        let status = try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { ended.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                ended.resume(throwing: error)
            }
        }
        let texts = paths.map { String(decoding: FileManager.default.contents(atPath: $0) ?? Data(), as: UTF8.self) }
        guard status == 0 else {
            throw Failure(program: program, status: status, output: texts[0], errors: texts[1])
        }
        return texts[0]
    }
}
