import MCP

/// A tool that works on one session, which its `session` argument names or which the request belongs to.
protocol SessionTool: TypedTool where Input: SessionInput, Output: SessionOutput {
    /// Serves one call.
    ///
    /// - Returns: The result, in which ``SessionOutput/session`` is yet to be set.
    func call(_ input: Input, in session: SessionHandle, of principal: Principal) async throws -> Output
}

/// The arguments of a ``SessionTool``.
protocol SessionInput: JSONStructure {
    /// The handle of the session, where it is not the request's own.
    var session: String? { get }
}

/// The result of a ``SessionTool``.
protocol SessionOutput: JSONStructure {
    /// The handle of the session.
    var session: String { get set }
}

extension SessionTool {
    func call(_ input: Input, context: RequestContext) async throws -> Output {
        let session = try SessionResolution.requiredHandle(input.session, context)
        var output = try await call(input, in: session, of: context.principal)
        output.session = session.text
        return output
    }
}

extension ToolAnnotations {
    /// Of a tool that changes nothing.
    static let reading = ToolAnnotations(readOnlyHint: true, openWorldHint: false)

    /// Of a tool that changes something in the store and nothing outside it.
    static func writing(destructive: Bool, idempotent: Bool) -> ToolAnnotations {
        ToolAnnotations(
            readOnlyHint: false, destructiveHint: destructive, idempotentHint: idempotent, openWorldHint: false)
    }
}
