import Testing

@testable import PGWire

@Suite("An outage")
struct PoolOutageTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private let refused = PGError(.connectFailed, "refused", retry: .safe)
    private let starting = PGError(.server, "starting", retry: .safe, server: PGServerError(fields: [0x43: "57P03"]))
    private let wrongPassword = PGError(
        .authentication, "wrong", retry: .pointless, server: PGServerError(fields: [0x43: "28P01"]))

    @Test("attempts come after pauses that double up to two seconds, shortened by up to a half")
    func pauses() {
        var outage = PoolOutage()
        #expect(outage.isOver)
        for milliseconds in [100, 200, 400, 800, 1600, 2000, 2000] {
            outage.note(refused, at: start, patience: .seconds(3), random: 0)
            #expect(outage.nextTry == start + .milliseconds(milliseconds))
            #expect(!outage.mayTry(at: start) && outage.mayTry(at: start + .milliseconds(milliseconds)))
        }
        outage.note(refused, at: start, patience: .seconds(3), random: 1)
        #expect(outage.nextTry == start + .seconds(1))
        outage.end()
        #expect(outage.isOver && outage.nextTry == .distantFuture)
        outage.note(refused, at: start, patience: .seconds(3), random: 0)
        #expect(outage.nextTry == start + .milliseconds(100))
    }

    @Test("a server that cannot be reached is waited for where it was reached before, for so long")
    func refusedConnection() {
        var outage = PoolOutage()
        outage.note(refused, at: start, patience: .seconds(3), random: 0)
        #expect(!outage.mayPass(at: start))
        #expect(outage.refusal(at: start) == refused)
        #expect(outage.refusal(at: start + .seconds(1)) == nil)
        outage.end()
        outage.note(refused, at: start, patience: .seconds(3), random: 0)
        outage.note(refused, at: start + .seconds(1), patience: .seconds(3), random: 0)
        #expect(outage.mayPass(at: start + .milliseconds(2999)))
        #expect(outage.refusal(at: start + .seconds(1)) == nil)
        #expect(!outage.mayPass(at: start + .seconds(3)))
    }

    @Test("a server that says it starts is waited for, a wrong password never")
    func causes() {
        var outage = PoolOutage()
        outage.note(starting, at: start, patience: .seconds(3), random: 0)
        #expect(outage.mayPass(at: start))
        outage.end()
        outage.note(wrongPassword, at: start, patience: .seconds(3), random: 0)
        #expect(!outage.mayPass(at: start))
        #expect(outage.refusal(at: start) == wrongPassword)
    }
}
