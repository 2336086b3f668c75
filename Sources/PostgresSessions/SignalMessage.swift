internal import Digests
internal import MCP

/// What one notification says: from which instance it is, of what something has come, and which changes were published.
/// The words are separated by spaces; those of later versions are passed over.
struct SignalMessage: Equatable {
    /// PostgreSQL takes less than 8,000 bytes.
    private static let maximumBytes = 7900
    private static let changePrefix = "change:"

    var instance: Int32
    var signals: [WatchSignal] = []
    var changes: [PublishedChange] = []

    /// As many messages as it takes.
    static func telling(
        _ signals: some Sequence<WatchSignal>, _ changes: [PublishedChange], from instance: Int32
    ) -> [String] {
        var messages: [String] = []
        var message = String(instance)
        for word in signals.map(\.text) + changes.compactMap(word) {
            if message.utf8.count + 1 + word.utf8.count > maximumBytes {
                messages.append(message)
                message = String(instance)
            }
            message += " " + word
        }
        return message == String(instance) ? messages : messages + [message]
    }

    /// Reads a notification; nil where it is none of ours.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard let first = words.first, let number = Int32(first) else { return nil }
        instance = number
        for word in words.dropFirst() {
            if let signal = WatchSignal(String(word)) {
                signals.append(signal)
            } else if word.hasPrefix(Self.changePrefix), let change = Self.change(word) {
                changes.append(change)
            }
        }
    }

    /// Nil for a change that does not fit.
    private static func word(_ change: PublishedChange) -> String? {
        let (kind, name): (String, String?) =
            switch change.change {
            case .tools: ("tools", nil)
            case .prompts: ("prompts", nil)
            case .resources: ("resources", nil)
            case .resource(let uri): ("resource", uri)
            case .task(let id): ("task", id)
            }
        var parts: [JSONValue] = [.string(change.id), .string(kind)]
        if let name { parts.append(.string(name)) }
        let word = changePrefix + Base64.encodeURL(JSONValue.array(parts).serialized())
        return word.utf8.count < maximumBytes - 20 ? word : nil
    }

    private static func change(_ word: Substring) -> PublishedChange? {
        guard let bytes = Base64.decodeURL(String(word.dropFirst(changePrefix.count))),
            let parts = try? JSONValue(parsing: bytes).arrayValue?.compactMap(\.stringValue), parts.count >= 2
        else { return nil }
        let name = parts.count > 2 ? parts[2] : nil
        let change: ServerChange? =
            switch parts[1] {
            case "tools": .tools
            case "prompts": .prompts
            case "resources": .resources
            case "resource": name.map { .resource(uri: $0) }
            case "task": name.map { .task(id: $0) }
            default: nil
            }
        return change.map { PublishedChange(id: parts[0], change: $0) }
    }
}
