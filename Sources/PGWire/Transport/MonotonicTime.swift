import Glibc

/// A moment on the clock that neither jumps nor stops, in nanoseconds; what deadlines are measured by.
struct MonotonicTime: Comparable, Sendable {
    var nanoseconds: Int64

    /// A moment that never comes.
    static let distantFuture = MonotonicTime(nanoseconds: .max)

    static var now: MonotonicTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment after `duration`; one too far away for the clock is ``distantFuture``.
    static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? time : .distantFuture }
        let (sum, overflowed) = time.nanoseconds.addingReportingOverflow(whole)
        guard !overflowed else { return seconds < 0 ? time : .distantFuture }
        let (result, overflowedAgain) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !overflowedAgain else { return attoseconds < 0 ? time : .distantFuture }
        return MonotonicTime(nanoseconds: result)
    }

    /// The moment so many nanoseconds later; one too far away for the clock is ``distantFuture``.
    func advanced(byNanoseconds count: Int64) -> MonotonicTime {
        let (result, overflow) = nanoseconds.addingReportingOverflow(count)
        return overflow ? .distantFuture : MonotonicTime(nanoseconds: result)
    }

    /// The milliseconds from `now` until this moment, rounded up, as epoll_wait takes them.
    func milliseconds(from now: MonotonicTime) -> Int32 {
        guard nanoseconds > now.nanoseconds else { return 0 }
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(now.nanoseconds)
        guard !overflow else { return .max }
        return Int32(clamping: difference / 1_000_000 + (difference % 1_000_000 > 0 ? 1 : 0))
    }
}
