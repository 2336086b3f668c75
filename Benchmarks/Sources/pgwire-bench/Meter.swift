import Glibc

/// Measures from its making on: the time, and what the process used of the processor and of memory.
struct Meter {
    private let start: Moment
    private var latencies: [Double] = []

    /// - Parameter latencies: how many single latencies to record, for which room is made before the clock starts.
    init(latencies: Int = 0) {
        self.latencies.reserveCapacity(latencies)
        start = Moment()
    }

    /// Seconds on a clock that never goes back.
    static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Notes how long one operation took, where there is room.
    mutating func record(since start: Double) {
        if latencies.count < latencies.capacity { latencies.append(Meter.now - start) }
    }

    func stop(_ operations: Int) -> Measurement {
        let end = Moment()
        return Measurement(
            operations: operations, seconds: end.time - start.time, user: end.user - start.user,
            system: end.system - start.system, residentKiB: end.residentKiB, latencies: latencies)
    }

    private struct Moment {
        let time: Double
        let user: Double
        let system: Double
        let residentKiB: Int

        init() {
            var usage = rusage()
            unsafe getrusage(CInt(RUSAGE_SELF.rawValue), &usage)
            user = Self.seconds(usage.ru_utime)
            system = Self.seconds(usage.ru_stime)
            residentKiB = usage.ru_maxrss
            time = Meter.now
        }

        private static func seconds(_ time: timeval) -> Double {
            Double(time.tv_sec) + Double(time.tv_usec) / 1e6
        }
    }
}
