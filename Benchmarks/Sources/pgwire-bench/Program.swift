import Glibc
import PGWire

/// Runs one workload and prints what it took as one line of JSON.
///
/// The contract, which the other drivers' programs follow too: the only argument is the workload's name; the environment
/// says where the server is and how much to do; status 3 says that there is no such workload here.
@main
enum Program {
    // An asynchronous main crashes valgrind 3.19, which counts this program's instructions.
    static func main() {
        let name = CommandLine.arguments.dropFirst().first ?? "A"
        guard let workload = Workload.all.first(where: { $0.name == name }) else {
            complain("no such workload here: \(name)")
            exit(3)
        }
        let loop = PGEventLoop.any()
        Task.detached(executorPreference: loop) {
            do {
                let measurement = try await workload.run(Settings(loop: loop))
                print(measurement.line(workload: name))
                exit(0)
            } catch {
                complain("\(name): \(error)")
                exit(1)
            }
        }
        while true { pause() }
    }

    private static func complain(_ message: String) {
        let line = Array((message + "\n").utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
    }
}
