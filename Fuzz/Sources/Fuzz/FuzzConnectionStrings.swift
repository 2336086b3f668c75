import PGWire

enum FuzzConnectionStrings {
    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        // Files that a string names are none of the fuzzer's.
        guard !text.contains("/") || text.contains("://"), !text.contains("file"), !text.contains("service") else {
            return
        }
        for parse in [
            { () throws(PGError) in try PGConfiguration(connectionString: text) },
            { () throws(PGError) in try PGConfiguration(url: text) },
        ] {
            do throws(PGError) {
                _ = "\(try parse())"
            } catch {
                precondition(!error.message.isEmpty)
            }
        }
    }
}
