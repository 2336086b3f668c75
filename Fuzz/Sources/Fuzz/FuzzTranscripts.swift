import PGWireTesting

enum FuzzTranscripts {
    static func run(_ bytes: [UInt8]) {
        read(bytes)
        frame(bytes)
    }

    /// What can be read is written as it was, but for literals that are written in another form.
    private static func read(_ bytes: [UInt8]) {
        do throws(TranscriptError) {
            let transcript = try Transcript(parsing: String(decoding: bytes, as: UTF8.self), file: "input")
            let again = try Transcript(parsing: transcript.text)
            precondition(again == transcript, "a transcript is not what was written of it")
        } catch {
            precondition(error.line != nil, "an error without its line")
        }
    }

    /// Whatever is said becomes messages whose text gives them again.
    private static func frame(_ bytes: [UInt8]) {
        var framer = MessageFramer()
        for (index, part) in bytes.split(separator: 0xFE, maxSplits: 16).enumerated() {
            let origin: MessageOrigin = index.isMultiple(of: 2) ? .client : .server
            for message in framer.receive(Array(part), from: origin) {
                guard let again = try? WireMessage(parsing: message.description, from: origin) else {
                    fatalError("\(message) cannot be read")
                }
                precondition(again == message, "a message is not what was written of it")
            }
        }
    }
}
