#if Servers
/// What keeps the program from serving, as the one line that it prints: what, where, and the cure, without secrets.
struct StartupError: Error, CustomStringConvertible {
    let description: String

    init(_ text: String) {
        // Whatever a server or a library said, it stays one line.
        description =
            "simple-postgres-session: " + text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
#endif
