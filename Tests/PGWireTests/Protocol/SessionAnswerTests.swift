import Testing

@testable import PGWire

struct SessionAnswerTests {
    private func row(_ values: String?...) -> [UInt8] {
        var payload = ByteBuffer()
        payload.append(Int16(values.count))
        for value in values {
            payload.append(Int32(value?.utf8.count ?? -1))
            payload.append(Array((value ?? "").utf8))
        }
        return ServerMessage.message("D", .bytes(payload.copyBytes()))
    }

    private func answer(_ question: SessionQuestion, _ messages: [UInt8]...) throws -> (Bool?, SessionAnswer) {
        var answer = SessionAnswer(to: question)
        for message in messages {
            let payload = Array(message.dropFirst(5))
            if let result = try answer.receive(tag: message[0], payload: payload.rawSpan) { return (result, answer) }
        }
        return (nil, answer)
    }

    private let columns = ServerMessage.columns("x")

    @Test(
        "an answer is read up to ReadyForQuery",
        arguments: [
            (SessionQuestion.isReadOnly, "on", true), (.isReadOnly, "off", false), (.isStandby, "t", true),
            (.isStandby, "f", false),
        ])
    func answers(question: SessionQuestion, value: String, expected: Bool) throws {
        let complete = ServerMessage.complete("SHOW")
        #expect(try answer(question, columns, row(value), complete).0 == nil)
        #expect(try answer(question, columns, row(value), complete, ServerMessage.ready()).0 == expected)
    }

    @Test("settings and notices may come in between, and the settings are kept")
    func between() throws {
        let setting = ServerMessage.message("S", .string("in_hot_standby"), .string("off"))
        let (result, reader) = try answer(
            .isStandby, setting, columns, ServerMessage.notice("x"), row("t"), ServerMessage.ready())
        #expect(result == true)
        #expect(reader.parameterStatus == ["in_hot_standby": "off"])
    }

    @Test("what is no answer is an error, never a guess")
    func refusals() {
        let messages: [[[UInt8]]] = [
            [columns, ServerMessage.ready()], [row("yes")], [row(nil)], [row("on", "on")], [row()],
            [row("on"), row("on")],
            [row("on"), ServerMessage.ready(.inTransaction)], [ServerMessage.copyOut],
            [ServerMessage.error("42501"), ServerMessage.ready()], [ServerMessage.error("57P01", severity: "FATAL")],
            [Array(row("on").dropLast())], [row("on") + [0]],
        ]
        for list in messages {
            var reader = SessionAnswer(to: .isReadOnly)
            #expect(throws: PGError.self, "\(list)") {
                for message in list {
                    let payload = Array(message.dropFirst(5))
                    _ = try reader.receive(tag: message[0], payload: payload.rawSpan)
                }
            }
        }
    }

    @Test("a server that never comes to an end is given up")
    func endless() {
        var reader = SessionAnswer(to: .isReadOnly)
        let notice = ServerMessage.notice("x")
        var count = 0
        #expect(throws: PGError.self) {
            while count < 10_000 {
                count += 1
                _ = try reader.receive(tag: notice[0], payload: Array(notice.dropFirst(5)).rawSpan)
            }
        }
        #expect(count == 1_001)
    }
}
