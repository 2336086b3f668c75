/// A wait for a moment by a loop's own clock, which goes on while other tasks have all of the program's threads.
final class Alarm: DeadlineTarget {
    private let rings = OneShot<Void>()

    /// Waits until `moment`, whether or not the task is cancelled meanwhile.
    static func wait(until moment: MonotonicTime, on loop: PGEventLoop) async {
        let alarm = Alarm()
        await alarm.rings.wait { loop.schedule(moment, alarm) }
        // The heap of deadlines does not keep what it tells.
        withExtendedLifetime(alarm) {}
    }

    func deadlineReached(_ now: MonotonicTime) {
        rings.end(())
    }
}
