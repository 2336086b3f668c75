import MCP
import TestSupport

/// A client of a ``Fleet`` whose every request goes to another process, and which resumes the streams that break.
actor WanderingClient {
    /// What a client must never see.
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private let fleet: Fleet
    private let isLegacy: Bool
    private var transportID: String?
    private var handle: JSONValue = .null
    private var openStream: RawHTTPClient?
    private var number = 0
    private(set) var resumptions = 0

    static let deadline: Duration = .seconds(40)

    init(_ fleet: Fleet, legacy: Bool) async throws {
        self.fleet = fleet
        isLegacy = legacy
        let until = ContinuousClock.now + Self.deadline
        while handle.isNull {
            guard ContinuousClock.now < until else { throw Broken(description: "no session could be opened") }
            if legacy, transportID == nil {
                let parameters: JSONObject = [
                    "protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": ["name": "w", "version": "1"],
                ]
                let answer = try? await exchange("initialize", parameters, wantsEvents: false)
                guard answer?.message != nil else { continue }
                await holdStream()
            }
            handle = try await call(legacy ? "session_info" : "open_session", [:])?["session"] ?? .null
        }
    }

    /// A GET stream, as clients of the legacy era keep one open; it is not read.
    private func holdStream() async {
        openStream = try? await RawHTTPClient.connect(port: fleet.nextPort())
        try? await openStream?.send(
            "GET", "/mcp", fields: [("Accept", "text/event-stream"), ("Mcp-Session-Id", transportID ?? "")])
    }

    /// A tool's structured result; nil where the process died and nobody knows what became of the call.
    func call(_ tool: String, _ arguments: JSONObject) async throws -> JSONValue? {
        var arguments = arguments
        if !isLegacy, !handle.isNull { arguments["session"] = handle }
        let parameters: JSONObject = ["name": .string(tool), "arguments": .object(arguments)]
        let began = ContinuousClock.now
        let answer = try await exchange("tools/call", parameters, wantsEvents: isLegacy && number % 2 == 0)
        guard began + Self.deadline > .now else { throw Broken(description: "\(tool) went unanswered") }
        guard let message = answer?.message, let result = message["result"] else { return nil }
        if result["isError"] == true {
            let text = result["content"]?.arrayValue?.first?["text"]?.stringValue ?? ""
            guard text.contains("version_conflict") || text.contains("storage_unavailable") else {
                throw Broken(description: "\(tool): \(text)")
            }
            return nil
        }
        return result["structuredContent"]
    }

    private struct Answer {
        var message: JSONValue?
        var lastEvent: EventID?
    }

    /// Posts a request; nil where the process is not there or went away before it answered.
    private func exchange(_ method: String, _ params: JSONObject, wantsEvents: Bool) async throws -> Answer? {
        number += 1
        var (params, fields) = (params, [("Content-Type", "application/json"), ("Connection", "close")])
        fields.append(("Accept", wantsEvents ? "text/event-stream" : "application/json"))
        if isLegacy {
            if let transportID { fields.append(("Mcp-Session-Id", transportID)) }
        } else {
            fields += [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)]
            if let name = params["name"]?.stringValue { fields.append(("Mcp-Name", name)) }
            params["_meta"] = [
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": [:],
            ]
        }
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": JSONValue(number), "method": .string(method), "params": .object(params),
        ]
        guard let connection = try? await RawHTTPClient.connect(port: fleet.nextPort()) else { return nil }
        do {
            try await connection.send("POST", "/mcp", fields: fields, body: request.description)
            if wantsEvents { return try await follow(connection, after: nil) }
            let response = try await connection.response(within: Self.deadline)
            guard response.status == 200 else { throw Broken(description: "HTTP \(response.status): \(response.text)") }
            transportID = transportID ?? response.head["mcp-session-id"]
            return Answer(message: try JSONValue(parsing: response.body))
        } catch RawHTTPClient.Failure.timedOut {
            throw Broken(description: "\(method) went unanswered")
        } catch is RawHTTPClient.Failure {
            return nil
        }
    }

    /// Reads a stream to its response. One that breaks is resumed wherever the next request goes.
    private func follow(_ connection: RawHTTPClient, after last: EventID?) async throws -> Answer? {
        var (connection, answer) = (connection, Answer(lastEvent: last))
        let until = ContinuousClock.now + Self.deadline
        while ContinuousClock.now < until {
            do {
                let head = try await connection.head(within: .seconds(20))
                guard head.status == 200 else { throw Broken(description: "a stream is HTTP \(head.status)") }
                try await read(connection, into: &answer)
            } catch is RawHTTPClient.Failure {}
            if answer.message != nil { return answer }
            guard let last = answer.lastEvent else { return nil }
            resumptions += 1
            guard let next = try? await RawHTTPClient.connect(port: fleet.nextPort()) else {
                try await Task.sleep(for: .milliseconds(100))
                continue
            }
            connection = next
            try? await connection.send(
                "GET", "/mcp",
                fields: [
                    ("Accept", "text/event-stream"), ("Mcp-Session-Id", transportID ?? ""),
                    ("Last-Event-ID", last.description), ("Connection", "close"),
                ])
        }
        throw Broken(description: "a stream did not end")
    }

    private func read(_ connection: RawHTTPClient, into answer: inout Answer) async throws {
        var text: [UInt8] = []
        while let chunk = try await connection.chunk(within: .seconds(20)) {
            text += chunk
            while let end = text.firstRange(of: Array("\n\n".utf8)) {
                let event = String(decoding: text[..<end.lowerBound], as: UTF8.self)
                text = Array(text[end.upperBound...])
                try take(event, into: &answer)
            }
        }
    }

    /// Each event has to be the one after the last.
    private func take(_ event: String, into answer: inout Answer) throws {
        func field(_ name: String) -> String? {
            event.split(separator: "\n").first { $0.hasPrefix(name + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingPrefix(" ") }.map(String.init)
        }
        if let id = field("id") {
            guard let found = EventID(id) else { throw Broken(description: "no event id: \(id)") }
            if let last = answer.lastEvent {
                guard found.stream == last.stream, found.sequence == last.sequence + 1 else {
                    throw Broken(description: "\(found) came after \(last)")
                }
            } else if found.sequence != 1 {
                throw Broken(description: "\(found) came first")
            }
            answer.lastEvent = found
        }
        if let data = field("data"), !data.isEmpty {
            let message = try JSONValue(parsing: data)
            guard answer.message == nil, message["id"] == JSONValue(number) else {
                throw Broken(description: "not the answer to \(number): \(data)")
            }
            answer.message = message
        }
    }
}
