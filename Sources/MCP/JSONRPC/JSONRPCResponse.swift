/// The answer to a request.
public struct JSONRPCResponse: Sendable, Hashable {
    /// The request's id; nil only in an error response to something whose id could not be read.
    public let id: RequestID?
    /// What the request brought.
    public let outcome: Result<JSONObject, JSONRPCError>

    /// A response to a request that succeeded.
    public init(id: RequestID, result: JSONObject) {
        self.id = id
        outcome = .success(result)
    }

    /// A response to a request that failed.
    public init(id: RequestID?, error: JSONRPCError) {
        self.id = id
        outcome = .failure(error)
    }

    /// The error, if this is an error response.
    public var error: JSONRPCError? {
        if case .failure(let error) = outcome { return error }
        return nil
    }

    /// The result, if there is one.
    public var result: JSONObject? {
        if case .success(let result) = outcome { return result }
        return nil
    }

    /// The response as it stands in a message.
    public var jsonValue: JSONValue {
        var object: JSONObject = ["jsonrpc": "2.0"]
        object["id"] = id?.jsonValue
        switch outcome {
        case .success(let result): object["result"] = .object(result)
        case .failure(let error): object["error"] = error.jsonValue
        }
        return .object(object)
    }

    /// The message's bytes, on one line.
    public func serialized() -> [UInt8] { jsonValue.serialized() }
}
