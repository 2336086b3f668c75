#if Servers
import ArgumentParser
import Glibc
import PGWire
import PGWireTesting
import UnixSignals

/// Records the conversation between clients and a server.
@main
struct PGWireRecord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pgwire-record",
        abstract: "Records the conversation between clients and a PostgreSQL server.",
        discussion: """
            Clients connect to the proxy as they would to the server, with credentials of their own, and the \
            conversation is written when the program is interrupted (Ctrl-C), or after --connections of them. \
            Passwords, the proofs of SCRAM and cancel keys are replaced; what statements and rows hold is not.
            """)

    @Option(help: ArgumentHelp("Where clients connect; on 127.0.0.1 alone. Port 0 takes any.", valueName: "address"))
    var listen = "127.0.0.1:6543"

    @Option(help: ArgumentHelp("The server, as a URL. Only its first host and port are used.", valueName: "url"))
    var upstream: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The transcript.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("What the transcript is about: a line of its header.", valueName: "text"))
    var about = ""

    @Option(help: ArgumentHelp("Ends by itself after so many connections.", valueName: "number"))
    var connections: Int?

    @Option(help: ArgumentHelp("The certificate to speak TLS with, in PEM form.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("Its private key, in PEM form.", valueName: "file"))
    var key: String?

    func validate() throws {
        _ = try port()
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key belong together")
        }
        guard connections.map({ $0 > 0 }) ?? true else { throw ValidationError("--connections is to be positive") }
    }

    private func port() throws -> UInt16 {
        let parts = listen.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, ["127.0.0.1", "localhost"].contains(parts[0]), let port = UInt16(parts[1]) else {
            throw ValidationError("--listen is 127.0.0.1 and a port, such as 127.0.0.1:6543")
        }
        return port
    }

    func run() async throws {
        let server = try PGConfiguration(url: upstream)
        var identity: TLSIdentity?
        if let certificate, let key { identity = try TLSIdentity(certificate: certificate, key: key) }
        let recorder = try TranscriptRecorder(to: server.host, listeningOn: try port(), identity: identity)
        print("recording \(server.host) on 127.0.0.1:\(recorder.port)")
        // For whoever waits for it through a pipe.
        fflush(nil)
        await waitForEnd(recorder)
        var transcript = await recorder.finish()
        transcript.header.about = about
        transcript.header.recorded = "by pgwire-record"
        try transcript.write(toFile: output)
        print("wrote \(transcript.entries.count) lines of \(transcript.connections) connections to \(output)")
    }

    /// Returns at a signal, or once so many connections have come and ended.
    private func waitForEnd(_ recorder: TranscriptRecorder) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
            }
            if let connections {
                group.addTask {
                    while recorder.endedConnections < connections {
                        guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
                    }
                }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
#else
import Glibc

@main
enum PGWireRecord {
    static func main() {
        print("This program was built without the package trait Servers, which it needs.")
        exit(1)
    }
}
#endif
