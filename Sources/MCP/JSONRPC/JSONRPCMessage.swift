/// A JSON-RPC 2.0 message as MCP restricts it: params are an object, ids are strings or integers.
public enum JSONRPCMessage: Sendable, Hashable {
    /// Wants a response.
    case request(JSONRPCRequest)
    /// Wants none.
    case notification(JSONRPCNotification)
    /// Answers a request.
    case response(JSONRPCResponse)
}

/// A message that wants a response.
public struct JSONRPCRequest: Sendable, Hashable {
    /// Repeated by the response.
    public var id: RequestID
    /// What is asked for.
    public var method: String
    /// With what; nil where the message has none.
    public var params: JSONObject?

    /// A request.
    public init(id: RequestID, method: String, params: JSONObject? = nil) {
        self.id = id
        self.method = method
        self.params = params
    }

    /// The message's bytes, on one line.
    public func serialized() -> [UInt8] {
        var object: JSONObject = ["jsonrpc": "2.0", "id": id.jsonValue, "method": .string(method)]
        object["params"] = params.map { .object($0) }
        return JSONValue.object(object).serialized()
    }
}

/// A message that wants no response.
public struct JSONRPCNotification: Sendable, Hashable {
    /// What happened.
    public var method: String
    /// The details; nil where the message has none.
    public var params: JSONObject?

    /// A notification.
    public init(method: String, params: JSONObject? = nil) {
        self.method = method
        self.params = params
    }

    /// The message's bytes, on one line.
    public func serialized() -> [UInt8] {
        var object: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
        object["params"] = params.map { .object($0) }
        return JSONValue.object(object).serialized()
    }
}

extension JSONRPCMessage {
    /// Why a JSON value is no message.
    public struct Malformed: Error, Sendable, Hashable {
        /// What is wrong, as the error response says it (code -32600).
        public var error: JSONRPCError
        /// The id of the request, where it can be told.
        public var id: RequestID?
    }

    /// The message that a JSON value stands for. A null `params` counts as none.
    public init(_ value: JSONValue) throws(Malformed) {
        guard case .object(let object) = value else {
            throw Malformed(error: JSONRPCError(.invalidRequest, "A message is a JSON object"), id: nil)
        }
        let id = object["id"].flatMap(RequestID.init)
        func malformed(_ message: String) -> Malformed {
            Malformed(error: JSONRPCError(.invalidRequest, message), id: object["method"] == nil ? nil : id)
        }
        guard let version = object["jsonrpc"]?.stringValue, version.hasSameBytes(as: "2.0") else {
            throw malformed("jsonrpc must be \"2.0\"")
        }
        if object.contains(key: "id"), id == nil { throw malformed("id must be a string or an integer") }
        guard let method = object["method"] else {
            self = .response(try Self.response(object, id: id, malformed: malformed))
            return
        }
        guard let method = method.stringValue else { throw malformed("method must be a string") }
        guard !object.contains(key: "result"), !object.contains(key: "error") else {
            throw malformed("A message with a method has neither result nor error")
        }
        var params: JSONObject?
        switch object["params"] {
        case nil, .null?: break
        case .object(let members)?: params = members
        default: throw malformed("params must be an object")
        }
        if let id {
            self = .request(JSONRPCRequest(id: id, method: method, params: params))
        } else {
            self = .notification(JSONRPCNotification(method: method, params: params))
        }
    }

    private static func response(
        _ object: JSONObject, id: RequestID?, malformed: (String) -> Malformed
    ) throws(Malformed) -> JSONRPCResponse {
        switch (object["result"], object["error"]) {
        case (.object(let result)?, nil):
            guard let id else { throw malformed("A result needs an id") }
            return JSONRPCResponse(id: id, result: result)
        case (nil, let error?):
            guard let code = error["code"]?.intValue, let message = error["message"]?.stringValue else {
                throw malformed("An error needs a code and a message")
            }
            let data = error["data"]
            return JSONRPCResponse(
                id: id, error: JSONRPCError(JSONRPCError.Code(rawValue: Int(code)), message, data: data))
        default:
            throw malformed("A message has a method, a result or an error")
        }
    }
}
