internal import Glibc

/// A user of the operating system, as its database of users has it.
struct OperatingSystemUser: Sendable {
    /// The name; nil where it is not UTF-8.
    let name: String?
    /// The home folder; nil where it is not UTF-8.
    let home: String?

    /// The user that the process runs as; nil where the system does not know it.
    static var current: OperatingSystemUser? { OperatingSystemUser(id: geteuid()) }

    /// Nil where the system does not know the user.
    init?(id: uid_t) {
        var size = 1024
        while size <= 1 << 20 {
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>?
            var texts: (name: String?, home: String?) = (nil, nil)
            let code = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
                guard let memory = buffer.baseAddress else { return ENOMEM }
                let code = unsafe getpwuid_r(id, &entry, memory, buffer.count, &found)
                // The texts point into the buffer, which ends with this closure.
                if code == 0, unsafe found != nil {
                    texts.name = unsafe entry.pw_name.flatMap { unsafe String(validatingCString: $0) }
                    texts.home = unsafe entry.pw_dir.flatMap { unsafe String(validatingCString: $0) }
                }
                return code
            }
            if code == 0 {
                guard unsafe found != nil else { return nil }
                (name, home) = texts
                return
            }
            guard code == ERANGE || code == EINTR else { return nil }
            if code == ERANGE { size *= 4 }
        }
        return nil
    }
}
