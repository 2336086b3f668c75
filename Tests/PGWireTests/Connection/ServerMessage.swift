@testable import PGWire

/// Messages as a server writes them, for scripts.
enum ServerMessage {
    static func message(_ tag: Character, _ fields: Field...) -> [UInt8] {
        let payload = encode(fields)
        return encode([.bytes([tag.asciiValue ?? 0]), .int32(Int32(payload.count + 4)), .bytes(payload)])
    }

    static let parseComplete = message("1")
    static let bindComplete = message("2")
    static let closeComplete = message("3")
    static let noData = message("n")
    static let copyIn = message("G", .int8(0), .int16(0))
    static let copyOut = message("H", .int8(0), .int16(0))
    static let copyDone = message("c")
    static let emptyQuery = message("I")

    static func ready(_ status: PGTransactionStatus = .idle) -> [UInt8] {
        message("Z", .int8(Int8(status.rawValue)))
    }

    static func complete(_ tag: String) -> [UInt8] { message("C", .string(tag)) }

    /// Columns of type int8 in binary form.
    static func columns(_ names: String...) -> [UInt8] {
        let fields = names.flatMap { name -> [Field] in
            [.string(name), .int32(0), .int16(0), .int32(20), .int16(8), .int32(-1), .int16(1)]
        }
        let payload = encode([.int16(Int16(names.count))] + fields)
        return message("T", .bytes(payload))
    }

    static func row(_ values: Int64?...) -> [UInt8] {
        var payload = ByteBuffer()
        payload.append(Int16(values.count))
        for value in values {
            payload.append(Int32(value == nil ? -1 : 8))
            if let value { payload.append(value) }
        }
        return message("D", .bytes(payload.copyBytes()))
    }

    static func error(_ state: String, _ text: String = "no", severity: String = "ERROR") -> [UInt8] {
        message("E", .bytes(fields(state, text, severity)))
    }

    static func notice(_ text: String) -> [UInt8] { message("N", .bytes(fields("00000", text, "NOTICE"))) }

    private static func fields(_ state: String, _ text: String, _ severity: String) -> [UInt8] {
        encode([
            .int8(0x56), .string(severity), .int8(0x43), .string(state), .int8(0x4D), .string(text), .int8(0),
        ])
    }

    /// From the startup to the first ReadyForQuery, without asking for a password; process 7 with key 1 2 3 4.
    static let session =
        message("R", .int32(0)) + message("S", .string("TimeZone"), .string("UTC"))
        + message("K", .int32(7), .bytes([1, 2, 3, 4])) + ready()

    /// The answer to a first `SELECT` of one int8.
    static func answer(_ value: Int64) -> [UInt8] {
        parseComplete + bindComplete + columns("value") + row(value) + complete("SELECT 1") + ready()
    }
}

extension PGConfiguration {
    /// A server on 127.0.0.1 that lets everybody in, without TLS.
    static func scripted(port: UInt16, sslMode: SSLMode = .disable, connectTimeout: Duration = .seconds(10)) -> Self {
        PGConfiguration(
            host: .tcp(host: "127.0.0.1", port: port), user: "user", database: "db",
            tls: PGTLSConfiguration(mode: sslMode),
            connectTimeout: connectTimeout)
    }
}

/// The error that the body throws, where it is one of the driver's.
func failure<T, E: Error>(_ body: () async throws(E) -> T) async -> PGError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? PGError
    }
}
