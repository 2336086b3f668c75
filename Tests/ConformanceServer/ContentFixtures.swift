import MCP

/// Tools whose results have every kind of content, and tools whose definitions are what is looked at.
enum ContentFixtures {
    static let all: [ServerFeature] = [
        .tool(
            Tool("test_simple_text", "Returns a text.") { _ in "This is a simple text response for testing." }),
        .tool(
            Tool("test_image_content", "Returns an image.") { _ in
                ContentBlock.image(base64: Samples.png, mimeType: "image/png")
            }),
        .tool(
            Tool("test_audio_content", "Returns a sound.") { _ in
                ContentBlock.audio(base64: Samples.wav, mimeType: "audio/wav")
            }),
        .tool(
            Tool("test_embedded_resource", "Returns a resource.") { _ in
                ContentBlock.textResource(
                    uri: "test://embedded-resource", text: "This is an embedded resource content.",
                    mimeType: "text/plain")
            }),
        .tool(
            Tool("test_multiple_content_types", "Returns a text, an image and a resource.") { _ in
                [
                    ContentBlock.text("Multiple content types test:"),
                    .image(base64: Samples.png, mimeType: "image/png"),
                    .textResource(
                        uri: "test://mixed-content-resource", text: #"{"test":"data","value":123}"#,
                        mimeType: "application/json"),
                ]
            }),
        .tool(
            Tool("test_error_handling", "Fails.") { _ in
                CallToolResult(content: [.text("This tool intentionally returns an error for testing")], isError: true)
            }),
        .tool(JSONSchemaTool()),
        .tool(
            Tool("test_x_mcp_header", "Has an argument that is mirrored into a header.", input: Region.self) {
                region, _ in "region=\(region.region ?? "none")"
            }),
    ]

    struct Region: JSONStructure {
        @Field("Where.", ["x-mcp-header": "Region"]) var region: String?
    }
}

/// A tool whose input schema uses what JSON Schema 2020-12 has.
struct JSONSchemaTool: ToolProtocol {
    let definition = ToolDefinition(
        name: "json_schema_2020_12_tool", description: "Has a schema with every kind of keyword.",
        inputSchema: [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": [
                "address": [
                    "$anchor": "addressDef", "type": "object",
                    "properties": ["street": ["type": "string"], "city": ["type": "string"]],
                ]
            ],
            "properties": [
                "name": ["type": "string"],
                "address": ["$ref": "#/$defs/address"],
                "contactMethod": ["type": "string", "enum": ["phone", "email"]],
                "phone": ["type": "string"],
                "email": ["type": "string"],
            ],
            "allOf": [["anyOf": [["required": ["phone"]], ["required": ["email"]]]]],
            "if": ["properties": ["contactMethod": ["const": "phone"]], "required": ["contactMethod"]],
            "then": ["required": ["phone"]],
            "else": ["required": ["email"]],
            "additionalProperties": false,
        ])

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        .success(structured: .object(arguments))
    }
}
