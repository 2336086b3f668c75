import PGWire

enum FuzzConnectionStrings {
    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        // Files that a string names are none of the fuzzer's.
        guard !text.contains("file"), !text.contains("service") else { return }
        do {
            _ = "\(try PGConfiguration(connectionString: text))"
            _ = "\(try PGConfiguration(url: text))"
        } catch {
            precondition(!"\(error)".isEmpty)
        }
    }
}
