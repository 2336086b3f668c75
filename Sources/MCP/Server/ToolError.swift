/// An error that a tool throws for the model to read: its result is one with isError, of the text `code: message`.
public struct ToolError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of error it is, such as `no_session`.
    public let code: String
    /// What the model should do about it.
    public let message: String
    /// What else it should know.
    public let details: JSONObject

    /// An error; see ``CallToolResult/failure(code:message:details:)``.
    public init(code: String, message: String, details: JSONObject = [:]) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }

    var result: CallToolResult { .failure(code: code, message: message, details: details) }
}
