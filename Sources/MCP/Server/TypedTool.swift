/// A tool whose arguments and result are Swift types, from which its schemas are derived.
/// ```swift
/// struct RollTool: TypedTool {
///     let name = "roll"
///     let description = "Rolls dice and adds them up."
///
///     func call(_ roll: Roll, context: RequestContext) async throws -> Total { … }
/// }
/// ```
public protocol TypedTool: ToolProtocol {
    /// The arguments.
    associatedtype Input: JSONStructure
    /// The result.
    associatedtype Output: ToolOutput

    /// See ``ToolDefinition/name``.
    var name: String { get }
    /// See ``ToolDefinition/title``. None by default.
    var title: String? { get }
    /// See ``ToolDefinition/description``.
    var description: String { get }
    /// See ``ToolDefinition/annotations``. None by default.
    var annotations: ToolAnnotations? { get }
    /// See ``ToolDefinition/icons``. None by default.
    var icons: [Icon] { get }
    /// See ``ToolDefinition/taskSupport``. ``TaskSupport/forbidden`` by default.
    var taskSupport: TaskSupport { get }

    /// Serves one call; see ``ToolProtocol/call(_:context:)``.
    func call(_ input: Input, context: RequestContext) async throws -> Output
}

extension TypedTool {
    /// None.
    public var title: String? { nil }
    /// None.
    public var annotations: ToolAnnotations? { nil }
    /// None.
    public var icons: [Icon] { [] }
    /// ``TaskSupport/forbidden``
    public var taskSupport: TaskSupport { .forbidden }

    /// The definition with the schemas of ``Input`` and ``Output``.
    public var definition: ToolDefinition {
        ToolDefinition(
            name: name, title: title, description: description, inputSchema: .object(Input.jsonSchema),
            outputSchema: Output.outputSchema, annotations: annotations, icons: icons, taskSupport: taskSupport)
    }

    /// Reads the arguments and calls the tool with them.
    public func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        let input: Input
        do throws(JSONConversionError) {
            input = try Input(json: .object(arguments))
        } catch {
            return .failure(code: "invalid_argument", message: "\(error)")
        }
        return try await call(input, context: context).callToolResult
    }
}
