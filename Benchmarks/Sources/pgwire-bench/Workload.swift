/// Something to measure, under the name that all drivers' programs know it by.
struct Workload: Sendable {
    let name: String
    let run: @Sendable (Settings) async throws -> Measurement

    init(_ name: String, _ run: @escaping @Sendable (Settings) async throws -> Measurement) {
        self.name = name
        self.run = run
    }

    /// Those that this driver offers.
    static let all: [Workload] = [
        sequential, pipelined, concurrent, sharedSelect, pooledSelect, streamed, wholeResult, binaryCopy, textCopy,
        pipelinedInserts, connect, sharedUpsert, pooledUpsert,
    ]
}
