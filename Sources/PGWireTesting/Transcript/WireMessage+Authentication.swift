extension WireMessage {
    /// The data of one of SASL's messages; nil for any other, and where there is none.
    var saslData: [UInt8]? {
        switch name {
        case "AuthenticationSASLContinue", "AuthenticationSASLFinal": return Array(bytes.dropFirst(9))
        case "SASLResponse": return Array(bytes.dropFirst(5))
        case "SASLInitialResponse":
            guard let end = bytes.dropFirst(5).firstIndex(of: 0) else { return nil }
            var rest = bytes[(end + 1)...]
            guard let length = rest.takeInteger(4), length != .max else { return nil }
            return Array(rest)
        default: return nil
        }
    }

    /// The mechanism that a SASLInitialResponse chooses.
    var saslMechanism: String? {
        guard name == "SASLInitialResponse", let end = bytes.dropFirst(5).firstIndex(of: 0) else { return nil }
        return String(decoding: bytes[5..<end], as: UTF8.self)
    }

    /// One of SASL's messages with other data.
    func replacingSASLData(_ data: [UInt8]) -> WireMessage {
        let old = saslData?.count ?? 0
        var payload = Array(bytes[5..<(bytes.count - old)])
        if name == "SASLInitialResponse" {
            payload.removeLast(4)
            payload.append(integer: UInt32(truncatingIfNeeded: data.count))
        }
        return replacingPayload(payload + data)
    }

    /// The same message with another payload.
    func replacingPayload(_ payload: [UInt8]) -> WireMessage {
        var message = [bytes[0]]
        message.append(integer: UInt32(truncatingIfNeeded: payload.count + 4))
        return WireMessage(name, from: origin, bytes: message + payload)
    }

    /// The process id and the key of a BackendKeyData or a CancelRequest.
    var cancelKey: (processID: UInt32, secret: [UInt8])? {
        var rest: ArraySlice<UInt8>
        switch name {
        case "BackendKeyData": rest = bytes.dropFirst(5)
        case "CancelRequest": rest = bytes.dropFirst(8)
        default: return nil
        }
        guard let processID = rest.takeInteger(4) else { return nil }
        return (processID, Array(rest))
    }

    /// The pairs of names and values in a StartupMessage.
    var startupParameters: [String: String] {
        guard name == "StartupMessage" else { return [:] }
        let texts = bytes.dropFirst(8).split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        var parameters: [String: String] = [:]
        for index in stride(from: 0, to: texts.count - 1, by: 2) where !texts[index].isEmpty {
            parameters[texts[index]] = texts[index + 1]
        }
        return parameters
    }
}
