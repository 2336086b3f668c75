import Foundation
import Glibc
import Synchronization

/// Folders of tests that are removed when the process ends.
public enum ProcessFolder {
    private static let folders = Mutex<[String]>([])
    private static let registration: Void = {
        atexit {
            for folder in ProcessFolder.folders.withLock({ $0 }) {
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
    }()

    /// Makes a folder with a name of its own.
    public static func make() throws -> String {
        _ = registration
        let folder = "/tmp/pgwire-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        folders.withLock { $0.append(folder) }
        return folder
    }
}
