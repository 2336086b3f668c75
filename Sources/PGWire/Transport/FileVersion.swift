import Glibc

/// A file as it is at one moment, so that a change of it is noticed.
struct FileVersion: Sendable, Hashable {
    let path: String
    /// The user id of its owner.
    let owner: UInt32
    /// Its kind and its permissions, as in `st_mode`.
    let mode: UInt32
    private let device: UInt64
    private let inode: UInt64
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    /// - Throws: why the file cannot be looked at: `ENOENT` where there is none.
    init(path: String) throws(SystemError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw SystemError.last }
        self.path = path
        owner = status.st_uid
        mode = status.st_mode
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }

    /// Whether it is a file rather than a folder, a device or a pipe.
    var isRegular: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }

    /// Whether others may read it, or more, than a secret's owner should let: as libpq, its owner alone, and where that is
    /// the superuser also read by its group.
    var isOpenToOthers: Bool { mode & (owner == 0 ? 0o037 : 0o077) != 0 }
}
