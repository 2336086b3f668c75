import Testing

@testable import PGWireTesting

/// What seldom or never comes in a recording of the tests' own server, and is a secret all the same.
@Suite("Redaction")
struct RedactionTests {
    private func redacted(_ text: String, from origin: MessageOrigin) throws -> String {
        var redaction = Redaction(connection: 1)
        var keys = Redaction.Keys()
        _ = keys.add(4711, [9, 9, 9, 9], of: 1)
        return redaction.redact(try WireMessage(parsing: text, from: origin), &keys).description
    }

    @Test("leaves nothing of a GSSAPI token, nor of a password that is no message")
    func credentials() throws {
        #expect(try redacted("GSSResponse x'c0ffee'", from: .client) == #"GSSResponse """#)
        #expect(try redacted("Bytes x'7000000001736563726574'", from: .client) == #"Bytes "p""#)
    }

    @Test("has a made up process in a notification, the session's own where that was recorded")
    func notifications() throws {
        let own = try redacted(#"NotificationResponse 4711 "orders" "new""#, from: .server)
        #expect(own == #"NotificationResponse 1001 "orders" "new""#)
        let other = try redacted(#"NotificationResponse 4712 "orders" "new""#, from: .server)
        #expect(other == #"NotificationResponse 1000 "orders" "new""#)
    }

    @Test("knows no key for a request that cancels a session which was not recorded")
    func cancelRequests() throws {
        #expect(try redacted("CancelRequest 4711 x'09090909'", from: .client) == "CancelRequest 1001 x'01020304'")
        #expect(try redacted("CancelRequest 4712 x'09090909'", from: .client) == "CancelRequest 0 x'00000000'")
    }
}
