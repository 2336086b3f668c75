internal import Synchronization

/// What a server offers at the moment, shared by its copies.
final class Catalog: Sendable {
    struct Contents: Sendable {
        var tools: ToolRegistry
        var resources: [Resource]
        var templates: [ResourceTemplate]
        var prompts: [Prompt]
    }

    private let state: Mutex<Contents>

    init(_ contents: Contents) { state = Mutex(contents) }

    var contents: Contents { state.withLock { $0 } }

    func change(_ body: (inout Contents) throws(FeatureDefinitionError) -> Void) throws(FeatureDefinitionError) {
        try state.withLock { (contents) throws(FeatureDefinitionError) in try body(&contents) }
    }
}

extension Catalog.Contents {
    /// Whether anything offers suggestions.
    var hasCompletions: Bool {
        templates.contains { !$0.completers.isEmpty }
            || prompts.contains { $0.arguments.contains { $0.completer != nil } }
    }

    /// Refuses two of the same name.
    func check() throws(FeatureDefinitionError) {
        try Self.checkUnique(resources.map(\.uri), "resource")
        try Self.checkUnique(templates.map(\.uriTemplate.text), "template")
        try Self.checkUnique(prompts.map(\.name), "prompt")
    }

    private static func checkUnique(_ names: [String], _ kind: String) throws(FeatureDefinitionError) {
        var seen: Set<ByteExactString> = []
        for name in names where !seen.insert(ByteExactString(name)).inserted || name.isEmpty {
            throw FeatureDefinitionError(
                feature: "\(kind) \(name)", reason: name.isEmpty ? "it has no name" : "there are two of this name")
        }
    }
}
