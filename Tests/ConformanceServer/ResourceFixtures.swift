import MCP

/// Resources and a template.
enum ResourceFixtures {
    static let watched = "test://watched-resource"

    static var all: [ServerFeature] {
        get throws {
            [
                .resource(
                    Resource(
                        "test://static-text", name: "Static text", description: "A text.", mimeType: "text/plain"
                    ) { _ in
                        [
                            ResourceContents(
                                uri: "test://static-text", text: "This is the content of the static text resource.")
                        ]
                    }),
                .resource(
                    Resource(
                        "test://static-binary", name: "Static binary", description: "An image.", mimeType: "image/png"
                    ) { _ in
                        [ResourceContents(uri: "test://static-binary", base64: Samples.png, mimeType: "image/png")]
                    }),
                .resource(
                    Resource(
                        watched, name: "Watched resource", description: "A text that may change.",
                        mimeType: "text/plain", cacheHint: CacheHint(timeToLive: .seconds(1), scope: .public)
                    ) { _ in [ResourceContents(uri: watched, text: "Watched")] }),
                .template(
                    try ResourceTemplate(
                        "test://template/{id}/data", name: "Template", description: "Data by its id.",
                        mimeType: "application/json",
                        completers: [
                            "id": { request, _ in ["123", "124", "200"].filter { $0.hasPrefix(request.value) } }
                        ]
                    ) { uri, values, _ in
                        let id = values["id"] ?? ""
                        let data: JSONValue = [
                            "id": .string(id), "templateTest": true, "data": .string("Data for ID: \(id)"),
                        ]
                        return [ResourceContents(uri: uri, text: "\(data)", mimeType: "application/json")]
                    }),
            ]
        }
    }
}
