import Foundation
import Testing

@testable import PGWire

/// `PGWIRE_SIMULATIONS` is how many schedules are tried, and `PGWIRE_SIMULATION_SEED` the first one's seed; a failure
/// names the seed that gives it again. `scripts/simulate` sets both.
@Suite("A simulated pool")
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    static let count = environment["PGWIRE_SIMULATIONS"].flatMap(Int.init) ?? 500
    static let seed = environment["PGWIRE_SIMULATION_SEED"].flatMap(UInt64.init) ?? .random(in: 1...(1 << 60))

    @Test("loses no connection, mixes up no answer and comes to its end, whatever happens in whatever order")
    func schedules() {
        var total = Simulation.Tally()
        for number in 0..<UInt64(Self.count) {
            var simulation = Simulation(seed: Self.seed &+ number)
            do {
                try simulation.run()
            } catch {
                Issue.record("PGWIRE_SIMULATION_SEED=\(Self.seed &+ number) PGWIRE_SIMULATIONS=1: \(error)")
                return
            }
            total.add(simulation.tally)
        }
        print("simulated \(Self.count) schedules from seed \(Self.seed): \(total)")
        guard Self.count >= 500 else { return }
        // What the schedules are for has happened in them.
        for count in [
            total.answers, total.streams, total.copies, total.portals, total.serverErrors, total.abandoned,
            total.cancelled, total.resets, total.timeouts, total.left, total.openings, total.failedOpenings,
            total.refusedLogins, total.skipped, total.pauses,
        ] {
            #expect(count > Self.count / 100)
        }
    }

    @Test("does the same again with the same seed")
    func reproducible() throws {
        var (one, two, other) = (Simulation(seed: 7), Simulation(seed: 7), Simulation(seed: 8))
        try one.run()
        try two.run()
        try other.run()
        #expect(one.tally == two.tally)
        #expect(one.tally != other.tally)
    }
}
