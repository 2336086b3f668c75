import Foundation
import PGWireTesting
import Testing

/// The recorded conversations: `Fixtures/VERSION/NAME.transcript`.
struct FixtureFolder: Sendable {
    /// A recorded conversation.
    struct Fixture: Sendable, CustomTestStringConvertible {
        let version: Int
        let name: String
        let path: String

        var testDescription: String { "\(version)/\(name)" }
    }

    static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures").path()

    static func file(_ name: String, version: Int) -> String { "\(path)/\(version)/\(name).transcript" }

    static let fixtures: [Fixture] = {
        let files = FileManager.default
        let versions = ((try? files.contentsOfDirectory(atPath: path)) ?? []).compactMap(Int.init).sorted()
        return versions.flatMap { version in
            let names = ((try? files.contentsOfDirectory(atPath: "\(path)/\(version)")) ?? []).sorted()
            return names.filter { $0.hasSuffix(".transcript") }.map { file in
                Fixture(
                    version: version, name: String(file.dropLast(".transcript".count)),
                    path: "\(path)/\(version)/\(file)")
            }
        }
    }()
}
