import Foundation
import PGWire
import PGWireTesting

/// First inputs, made from the recorded conversations.
struct Seeds {
    let fixtures: String

    func write(for target: FuzzTarget, to folder: String) {
        var number = 0
        func add(_ bytes: [UInt8]) {
            number += 1
            try? Data(bytes).write(to: URL(filePath: "\(folder)/seed-\(number)"))
        }
        switch target {
        case .messages:
            for transcript in transcripts() {
                let bytes = messages(transcript, from: .server).flatMap(\.bytes)
                for choice: UInt8 in [0, 1, 4, 12, 20, 64, 192] { add([choice] + bytes) }
                for message in messages(transcript, from: .server) { add([4] + message.bytes) }
            }
        case .values: for transcript in transcripts() { values(transcript).forEach(add) }
        case .transcript:
            for transcript in transcripts() {
                add(Array(transcript.text.utf8))
                let both = transcript.entries.compactMap(\.message).prefix(8).map(\.bytes)
                add(Array(both.joined(separator: [0xFE])))
            }
        case .conninfo:
            for text in [
                "postgres://user:p%20w@[::1]:5432,db2/name?sslmode=verify-full&options=-c%20a%3Db",
                "host=a,b port=1,2 user='x y' password=\\'z dbname=d connect_timeout=3 target_session_attrs=read-write",
                "postgresql:///db?host=%2Ftmp&application_name=a&require_auth=!md5",
            ] { add(Array(text.utf8)) }
        case .json:
            for text in [
                #"{"a":[1,-0.5e10,1e400,"\u00e4\ud83d\ude00",true,null],"a":{}}"#, "[[[[]]]]", "\"\\\"\"",
                "12345678901234567890",
            ] { add(Array(text.utf8)) }
        case .endpoint: requests.forEach { add(Array($0.utf8)) }
        }
    }

    private func transcripts() -> [Transcript] {
        let files = FileManager.default.enumerator(atPath: fixtures)
        var transcripts: [Transcript] = []
        while let file = files?.nextObject() as? String {
            guard file.hasSuffix(".transcript"), let one = try? Transcript(contentsOfFile: "\(fixtures)/\(file)") else {
                continue
            }
            transcripts.append(one)
        }
        return transcripts
    }

    private func messages(_ transcript: Transcript, from origin: MessageOrigin) -> [WireMessage] {
        transcript.entries.compactMap(\.message).filter { $0.origin == origin }
    }

    /// The first column of each row, with the type and the format that the description before it names.
    private func values(_ transcript: Transcript) -> [[UInt8]] {
        var inputs: [[UInt8]] = []
        var described: (type: UInt32, format: UInt8)?
        for message in messages(transcript, from: .server) {
            switch message.name {
            case "RowDescription":
                guard let end = message.bytes.dropFirst(7).firstIndex(of: 0) else { continue }
                let field = Array(message.bytes[(end + 1)...].prefix(18))
                described = (field[6..<10].reduce(0) { $0 << 8 | UInt32($1) }, field[17])
            case "DataRow":
                guard let described, message.bytes.count > 11 else { continue }
                for (index, kind) in FuzzValues.kinds.enumerated() where kind.type.rawValue == described.type {
                    inputs.append([UInt8(index), described.format == 1 ? 0 : 1] + message.bytes.dropFirst(11))
                }
            default: break
            }
        }
        return inputs
    }

    private let requests = [
        """
        P
        Content-Type: application/json
        Accept: application/json, text/event-stream

        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}
        """,
        """
        P
        Content-Type: application/json
        MCP-Protocol-Version: 2026-07-28
        Mcp-Method: server/discover

        {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
        """,
        """
        P
        Content-Type: application/json
        Mcp-Session-Id: abc

        [{"jsonrpc":"2.0","method":"ping","id":"a"},{"jsonrpc":"2.0","method":"notifications/initialized"}]
        """,
        """
        Q
        Accept: text/event-stream
        Last-Event-ID: 1-2


        """,
        """
        R
        Mcp-Session-Id: abc
        Origin: http://localhost:1


        """,
    ]
}
