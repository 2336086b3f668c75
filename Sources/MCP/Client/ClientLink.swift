/// The way back to the client of a request that is being served, when something is to be asked or kept.
protocol ClientLink: Sendable {
    /// The results of input requests, in their order; each is one that the question can use.
    func ask(_ questions: [Question]) async throws -> [JSONValue]

    /// The value of an earlier run of the handler for the same request, or a new one.
    func remember(_ key: String, _ make: () async throws -> JSONValue) async throws -> JSONValue
}

/// The link of a request whose client cannot be asked.
struct SilentLink: ClientLink {
    func ask(_ questions: [Question]) async throws -> [JSONValue] { throw InputRequestError.unreachable }

    func remember(_ key: String, _ make: () async throws -> JSONValue) async throws -> JSONValue { try await make() }
}

/// Keys for the input requests of one run of a handler: the first of a name has it as it is, the others a number more.
struct QuestionKeys: Sendable {
    private var used: [ByteExactString: Int] = [:]

    mutating func next(_ key: String) -> String {
        let count = used[ByteExactString(key), default: 0] + 1
        used[ByteExactString(key)] = count
        return count == 1 ? key : "\(key)-\(count)"
    }
}
