/// The attributes of one SCRAM message from the server: a letter, an equals sign and a value each, with commas between.
struct SCRAMAttributes: Sendable {
    /// The letters in their order.
    private(set) var names: [UInt8] = []
    /// The values, in the same order; none is empty.
    private(set) var values: [ArraySlice<UInt8>] = []

    /// Far more than any message has.
    private static let maximumCount = 64

    /// Reads a message. Extensions that are optional stay in the list, to be ignored as RFC 5802 section 5.1 says.
    ///
    /// - Throws: ``PGError/Code/authentication`` for a malformed message, an error (`e=`) that the server reports, and an
    ///   extension that must be understood (`m=`).
    init(_ message: [UInt8]) throws(PGError) {
        for part in message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard names.count < Self.maximumCount, let name = part.first, Self.isLetter(name), part.count > 2,
                part[part.startIndex + 1] == UInt8(ascii: "=")
            else {
                throw .untrusted("a message of the SCRAM exchange is malformed")
            }
            names.append(name)
            values.append(part.dropFirst(2))
        }
        if let error = names.firstIndex(of: UInt8(ascii: "e")) {
            let reason = String(decoding: values[error], as: UTF8.self).oneLine
            throw PGError(.authentication, "The server ended the SCRAM exchange: \(reason)", retry: .pointless)
        }
        guard !names.contains(UInt8(ascii: "m")) else {
            throw .untrusted("it demands an extension of SCRAM that this driver does not know")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

extension PGError {
    /// A server that must not be trusted with more.
    static func untrusted(_ reason: String) -> PGError {
        PGError(.authentication, "The server is not to be trusted: \(reason)", retry: .pointless)
    }
}
