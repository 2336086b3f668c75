extension MCPServer {
    /// One page of a list (server utilities, pagination).
    func page<Entry>(
        _ entries: [Entry], as name: String, _ params: JSONObject?, version: ProtocolVersion,
        _ jsonValue: (Entry) -> JSONValue
    ) throws(JSONRPCError) -> JSONObject {
        let start = try pageStart(params?["cursor"], count: entries.count)
        let end = min(start + options.pageSize, entries.count)
        var result: JSONObject = [name: .array(entries[start..<end].map(jsonValue))]
        if end < entries.count { result["nextCursor"] = .string(String(end)) }
        if version.era == .modern { CacheHint.lists.add(to: &result) }
        return result
    }

    /// Where a page begins. A cursor is the number of entries before it; only those that are given out are taken.
    private func pageStart(_ cursor: JSONValue?, count: Int) throws(JSONRPCError) -> Int {
        switch cursor {
        case nil, .null?: return 0
        case .string(let text)?:
            guard let start = Int(text), start > 0, start < count, start % options.pageSize == 0,
                String(start).hasSameBytes(as: text)
            else { throw JSONRPCError(.invalidParams, "The cursor is not one of this server's") }
            return start
        default: throw JSONRPCError(.invalidParams, "cursor must be a string")
        }
    }
}
