internal import Glibc

/// The environment of the process.
enum ProcessEnvironment {
    /// The values of the variables that are set and UTF-8. `HOME` is the user's home folder where it is not set.
    static func values(of names: some Sequence<String>) -> [String: String] {
        var values: [String: String] = [:]
        for name in names {
            if let text = unsafe getenv(name) { values[name] = unsafe String(validatingCString: text) }
        }
        if values["HOME"] ?? "" == "" { values["HOME"] = OperatingSystemUser.current?.home }
        return values
    }
}
