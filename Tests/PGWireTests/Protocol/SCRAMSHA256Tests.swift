import Digests
import Testing

@testable import PGWire

@Suite("SCRAM-SHA-256")
struct SCRAMSHA256Tests {
    @Test(
        "answers as the RFC and another implementation do",
        arguments: [SCRAMSample.rfc7677, .postgres, .beyondASCII])
    func exchange(sample: SCRAMSample) throws {
        let scram = sample.scram()
        #expect(String(decoding: scram.clientFirst, as: UTF8.self) == sample.clientFirst)
        let answer = try scram.answer(serverFirst: Array(SCRAMSample.serverFirst.utf8))
        #expect(String(decoding: answer.clientFinal, as: UTF8.self) == sample.clientFinal)
        #expect(Base64.encode(answer.serverSignature) == sample.signature)
        try SCRAMSHA256.verify(serverFinal: Array(sample.serverFinal.utf8), signature: answer.serverSignature)
    }

    @Test("is bound to the channel, or says that it would have been")
    func channelBinding() throws {
        // Computed by another implementation.
        let vectors: [(SCRAMSHA256.Binding, mechanism: String, header: String, final: String, signature: String)] = [
            (
                .notOffered, "SCRAM-SHA-256", "y,,",
                "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=VpuC5DGQa5ro9tXE9MnKs69NH1nxnuregZZcclqIGfM=",
                "FOmOj9BpTGwvnzwBtWQjBaPmVxT9I8IeHBOhcIPu3us="
            ),
            (
                .endPoint(SCRAMSample.endPoint), "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,",
                "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
                    + ",r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
                    + ",p=Q8h71kjaoMzNI7dPksDrhRE/5mTUObF0fUHVIgBOWQg=",
                "ykwoqH8mLqO5AQCeuwwf6lsj9f8zyJZT/CcvAbN4Ssc="
            ),
        ]
        for vector in vectors {
            #expect(vector.0.mechanism == vector.mechanism)
            let scram = SCRAMSample.postgres.scram(vector.0)
            #expect(String(decoding: scram.clientFirst, as: UTF8.self) == "\(vector.header)n=,r=\(SCRAMSample.nonce)")
            let answer = try scram.answer(serverFirst: Array(SCRAMSample.serverFirst.utf8))
            #expect(String(decoding: answer.clientFinal, as: UTF8.self) == vector.final)
            #expect(Base64.encode(answer.serverSignature) == vector.signature)
        }
    }

    @Test("prepares the password")
    func preparation() throws {
        let messages = ["I\u{AD}X", "IX", "\u{2168}"].map { password in
            try? SCRAMSHA256(password: password, nonce: SCRAMSample.nonce)
                .answer(serverFirst: Array(SCRAMSample.serverFirst.utf8)).clientFinal
        }
        #expect(messages[0] == messages[1] && messages[1] == messages[2] && messages[0] != nil)
    }

    @Test("escapes a user's name")
    func userName() {
        let scram = SCRAMSHA256(password: "", user: "a=b,c", nonce: "n")
        #expect(String(decoding: scram.clientFirst, as: UTF8.self) == "n,,n=a=3Db=2Cc,r=n")
    }

    @Test("draws a new nonce each time")
    func nonces() {
        let drawn = Set((0..<100).map { _ in SCRAMSHA256.randomNonce() })
        #expect(drawn.count == 100)
        #expect(drawn.allSatisfy { $0.utf8.count == 24 })
    }

    @Test("ignores extensions that are optional")
    func extensions() throws {
        let first = SCRAMSample.serverFirst(extensions: ",x=a=b")
        let answer = try SCRAMSample.postgres.scram().answer(serverFirst: Array(first.utf8))
        // The extension is part of what is signed.
        #expect(Base64.encode(answer.serverSignature) != SCRAMSample.postgres.signature)
        let final = "v=\(Base64.encode(answer.serverSignature)),x=y"
        try SCRAMSHA256.verify(serverFinal: Array(final.utf8), signature: answer.serverSignature)
    }

    @Test("does as many iterations as it was allowed, and no more")
    func cap() throws {
        let scram = SCRAMSHA256(password: "pencil", nonce: SCRAMSample.nonce, maximumIterations: 10)
        let ten = Array(SCRAMSample.serverFirst(iterations: "10").utf8)
        let eleven = Array(SCRAMSample.serverFirst(iterations: "11").utf8)
        _ = try scram.answer(serverFirst: ten)
        #expect(failure { () throws(PGError) in try scram.answer(serverFirst: eleven) }?.code == .authentication)
    }

    @Test("refuses a first message with", arguments: SCRAMSample.hostileServerFirsts)
    func hostileFirst(why: String, message: String) {
        let error = failure { () throws(PGError) in
            try SCRAMSample.postgres.scram().answer(serverFirst: Array(message.utf8))
        }
        #expect(error?.code == .authentication)
        #expect(error?.retry == .pointless)
    }

    @Test("refuses a final message with", arguments: SCRAMSample.hostileServerFinals)
    func hostileFinal(why: String, message: String) throws {
        let signature = try #require(Base64.decode(SCRAMSample.postgres.signature))
        let error = failure { () throws(PGError) in
            try SCRAMSHA256.verify(serverFinal: Array(message.utf8), signature: signature)
        }
        #expect(error?.code == .authentication)
        #expect(error?.retry == .pointless)
    }

    @Test("refuses bytes that are not UTF-8 without a trap")
    func foreignBytes() {
        let scram = SCRAMSample.postgres.scram()
        for byte in UInt8.min...UInt8.max {
            for place in 0..<SCRAMSample.serverFirst.utf8.count {
                var message = Array(SCRAMSample.serverFirst(iterations: "1").utf8)
                guard place < message.count else { continue }
                message[place] = byte
                if let error = failure({ () throws(PGError) in try scram.answer(serverFirst: message) }) {
                    #expect(error.code == .authentication)
                }
            }
        }
    }
}
