import Testing

@testable import PGWire

struct SessionSuitabilityTests {
    @Test(
        "what the server reports decides as in libpq",
        arguments: [
            (PGTargetSession.any, [true, true, true, true]), (.readWrite, [true, false, false, false]),
            (.readOnly, [false, true, true, true]), (.primary, [true, true, false, false]),
            (.standby, [false, false, true, true]), (.preferStandby, [false, false, true, true]),
        ])
    func reported(target: PGTargetSession, expected: [Bool]) {
        let suitability = SessionSuitability(target: target)
        let reports = [("off", "off"), ("off", "on"), ("on", "off"), ("on", "on")]
        for ((standby, readOnly), isSuitable) in zip(reports, expected) {
            let verdict = suitability.verdict(["in_hot_standby": standby, "default_transaction_read_only": readOnly])
            if isSuitable {
                #expect(verdict == .suitable)
            } else {
                guard case .unsuitable = verdict else {
                    Issue.record("\(target), standby \(standby), read only \(readOnly): \(verdict)")
                    continue
                }
            }
        }
    }

    @Test(
        "a server that does not report is asked, and its answer decides",
        arguments: [
            (PGTargetSession.readWrite, SessionQuestion.isReadOnly, false), (.readOnly, .isReadOnly, true),
            (.primary, .isStandby, false), (.standby, .isStandby, true), (.preferStandby, .isStandby, true),
        ])
    func asked(target: PGTargetSession, question: SessionQuestion, wanted: Bool) {
        let suitability = SessionSuitability(target: target)
        #expect(suitability.verdict([:]) == .ask(question))
        #expect(suitability.verdict(["default_transaction_read_only": "off"]) == .ask(question))
        #expect(suitability.verdict(["in_hot_standby": "maybe"]) == .ask(question))
        #expect(suitability.verdict(wanted, to: question) == .suitable)
        guard case .unsuitable = suitability.verdict(!wanted, to: question) else {
            Issue.record("the other answer is taken too")
            return
        }
    }

    @Test("nobody is asked where any server will do")
    func any() {
        #expect(SessionSuitability(target: .any).verdict([:]) == .suitable)
    }
}
