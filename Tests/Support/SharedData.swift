public import FoundationEssentials

/// The public test suites and schemas that tests read in place: a folder `shared` beside the package, or where the
/// environment's `PGWIRE_SHARED` says.
public enum SharedData {
    /// Where the folder is looked for.
    public static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["PGWIRE_SHARED"], !path.isEmpty {
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared", isDirectory: true)
    }()

    /// Whether tests that need a part of the folder should run: it is there, or this is CI, where its absence must fail.
    ///
    /// For `@Suite(.enabled(if: SharedData.isExpected("json-test-suite"), SharedData.missing))`.
    public static func isExpected(_ part: String) -> Bool {
        ProcessInfo.processInfo.environment["CI"] == "true"
            || FileManager.default.fileExists(atPath: root.appendingPathComponent(part).path)
    }

    /// What to say when tests are skipped.
    public static let missing = "needs the folder \(root.path); set PGWIRE_SHARED to have it read elsewhere"

    /// The bytes of a file, by its path in the folder.
    public static func bytes(of path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: root.appendingPathComponent(path)))
    }

    /// The paths, relative to `directory`, of the files below it whose names end in `suffix`, sorted.
    /// - Throws: ``SharedDataError`` when there are none, so that no loop over them passes for nothing.
    public static func files(in directory: String, suffix: String, recursively: Bool = false) throws -> [String] {
        let path = root.appendingPathComponent(directory).path
        let names =
            recursively
            ? try FileManager.default.subpathsOfDirectory(atPath: path)
            : try FileManager.default.contentsOfDirectory(atPath: path)
        let found = names.filter { $0.hasSuffix(suffix) }.sorted()
        if found.isEmpty { throw SharedDataError(message: "no file \(suffix) in \(path)") }
        return found
    }
}

/// Shared data is not as tests expect it.
public struct SharedDataError: Error, CustomStringConvertible {
    /// What is missing or wrong.
    public let message: String

    /// An error with a message for whoever runs the tests.
    public init(message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
