internal import Glibc

extension PGConfiguration {
    /// The name of the user that the process runs as, libpq's default for `user`.
    static func operatingSystemUser() throws(PGError) -> String {
        let unknown = PGError(
            .configuration, "No user was given, and the operating system has no name for the one that runs this",
            retry: .pointless)
        let id = geteuid()
        var size = 1024
        while size <= 1 << 20 {
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>?
            var name: String?
            let code = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
                guard let memory = buffer.baseAddress else { return ENOMEM }
                let code = unsafe getpwuid_r(id, &entry, memory, buffer.count, &found)
                // The name points into the buffer, which ends with this closure.
                if code == 0, unsafe found != nil, let text = unsafe entry.pw_name {
                    name = unsafe String(validatingCString: text)
                }
                return code
            }
            if code == 0 {
                guard let name, !name.isEmpty else { throw unknown }
                return name
            }
            guard code == ERANGE || code == EINTR else { throw unknown }
            if code == ERANGE { size *= 4 }
        }
        throw unknown
    }
}
