import Testing

@testable import PGWire

@Suite("Moments")
struct MonotonicTimeTests {
    private func time(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    @Test("adding a duration is exact to the nanosecond, also backwards")
    func addition() {
        #expect(time(5) + .nanoseconds(7) == time(12))
        #expect(time(5) + .seconds(2) == time(2_000_000_005))
        #expect(time(5) + .milliseconds(-1) == time(-999_995))
    }

    @Test("a sum beyond the clock is a moment that never comes, or no change where it is in the past")
    func overflow() {
        #expect(time(0) + .seconds(Int64.max) == .distantFuture)
        #expect(time(.max) + .nanoseconds(1) == .distantFuture)
        #expect(time(.max - 1) + .seconds(9_000_000_000) == .distantFuture)
        #expect(.distantFuture + .seconds(1) == .distantFuture)
        #expect(time(0) + .seconds(Int64.min) == time(0))
        #expect(time(.min) + .seconds(-1) == time(.min))
        #expect(time(.min) + .nanoseconds(-1) == time(.min))
    }

    @Test("the wait is rounded up, never negative and never too large for epoll")
    func milliseconds() {
        #expect(time(10).milliseconds(from: time(10)) == 0)
        #expect(time(0).milliseconds(from: time(10)) == 0)
        #expect(time(1).milliseconds(from: time(0)) == 1)
        #expect(time(1_000_000).milliseconds(from: time(0)) == 1)
        #expect(time(1_000_001).milliseconds(from: time(0)) == 2)
        #expect(MonotonicTime.distantFuture.milliseconds(from: time(0)) == .max)
        #expect(MonotonicTime.distantFuture.milliseconds(from: time(.min)) == .max)
    }
}
