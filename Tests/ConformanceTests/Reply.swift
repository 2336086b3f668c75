import Foundation
import MCP
import TestSupport
import Testing

/// What a server answered, message by message as it comes; each is held to the schema of its revision.
final class Reply {
    /// An event of a stream.
    struct Event: Equatable {
        var id: String?
        var retry: String?
        var data: String?
        var isComment = false
    }

    let head: RawHTTPClient.Head
    private let connection: RawHTTPClient
    private let revision: String
    private let method: String?
    private var unread: [Event] = []
    private var text = ""
    private var hasEnded = false
    /// All events that were read so far, without comments.
    private(set) var events: [Event] = []
    /// All messages that were read so far.
    private(set) var messages: [JSONValue] = []

    init(_ connection: RawHTTPClient, revision: String, method: String?) async throws {
        self.connection = connection
        self.revision = revision
        self.method = method
        // A body that is no stream is read with its head.
        head = try await connection.head(within: .seconds(20))
    }

    var status: Int { head.status }
    var isStream: Bool { head["content-type"] == "text/event-stream" }
    /// The last message, which is the response once all were read.
    var message: JSONValue? { messages.last }
    var result: JSONValue? { message?["result"] }
    var code: Int64? { message?["error"]?["code"]?.intValue }
    var resultText: String? { result?["content"]?[0]?["text"]?.stringValue }

    /// Reads to the end.
    func all() async throws -> Reply {
        if isStream {
            while try await nextEvent() != nil {}
        } else if let length = head["content-length"].flatMap({ Int($0) }), length > 0 {
            let body = try await connection.body(of: length)
            let value = try JSONValue(parsing: body)
            for message in revision == "2025-03-26" ? value.arrayValue ?? [value] : [value] { try take(message) }
        }
        return self
    }

    /// The next message of a stream; nil at its end.
    func next() async throws -> JSONValue? {
        let count = messages.count
        guard isStream else { return messages.isEmpty ? try await all().messages.last : nil }
        while try await nextEvent() != nil {
            if messages.count > count { return messages.last }
        }
        return nil
    }

    /// The next event of a stream that is no comment; nil at its end.
    func nextEvent() async throws -> Event? {
        while true {
            while let event = try await read() {
                guard !event.isComment else { continue }
                events.append(event)
                if let data = event.data, !data.isEmpty { try take(try JSONValue(parsing: data)) }
                return event
            }
            return nil
        }
    }

    /// Closes the connection.
    func close() async { await connection.close() }

    private func read() async throws -> Event? {
        while unread.isEmpty, !hasEnded {
            guard let chunk = try await connection.chunk(within: .seconds(20)) else {
                hasEnded = true
                break
            }
            text += String(decoding: chunk, as: UTF8.self)
            while let end = text.range(of: "\n\n") {
                unread.append(Self.event(text[..<end.lowerBound]))
                text = String(text[end.upperBound...])
            }
        }
        return unread.isEmpty ? nil : unread.removeFirst()
    }

    private static func event(_ text: Substring) -> Event {
        var event = Event()
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            switch parts[0] {
            case "id": event.id = value
            case "retry": event.retry = value
            case "data": event.data = (event.data.map { $0 + "\n" } ?? "") + value
            case "": event.isComment = true
            default: break
            }
        }
        return event
    }

    private func take(_ message: JSONValue) throws {
        messages.append(message)
        guard SharedData.isExpected("mcp-schema"), !isOfTasks(message) else { return }
        // Revisions before 2025-11-25 have no form for an error whose request cannot be named.
        let schema = message["id"] == nil && message["error"] != nil ? "2026-07-28" : revision
        let violations = try MCPSchema.validateServerMessage(message, revision: schema, requestMethod: method)
        #expect(violations.isEmpty, "\(schema) \(method ?? ""): \(message)")
    }

    /// Whether a message is one of the tasks extension, which the schema does not have.
    private func isOfTasks(_ message: JSONValue) -> Bool {
        method?.hasPrefix("tasks/") == true || message["result"]?["resultType"] == "task"
            || message["method"] == "notifications/tasks"
    }
}
