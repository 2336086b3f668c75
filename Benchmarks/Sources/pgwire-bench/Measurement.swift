import Glibc

/// What a workload took.
struct Measurement {
    let operations: Int
    let seconds: Double
    let user: Double
    let system: Double
    let residentKiB: Int
    let latencies: [Double]

    /// One line of JSON, in the form that all drivers' programs print.
    func line(workload: String) -> String {
        var fields = [
            #""driver":"pgwire""#, #""workload":"\#(workload)""#, #""n":\#(operations)"#,
            #""secs":\#(Self.decimal(seconds, 4))"#, #""rate":\#(Self.decimal(Double(operations) / seconds, 1))"#,
            #""cpu_user":\#(Self.decimal(user, 4))"#, #""cpu_sys":\#(Self.decimal(system, 4))"#,
            #""rss_kb":\#(residentKiB)"#,
        ]
        if !latencies.isEmpty {
            let sorted = latencies.sorted()
            fields.append(#""p50_us":\#(Self.decimal(sorted[sorted.count / 2] * 1e6, 1))"#)
            fields.append(#""p99_us":\#(Self.decimal(sorted[sorted.count * 99 / 100] * 1e6, 1))"#)
        }
        return "{\(fields.joined(separator: ","))}"
    }

    private static func decimal(_ value: Double, _ places: Int) -> String {
        let scale = pow(10, Double(places))
        return "\((value * scale).rounded() / scale)"
    }
}
