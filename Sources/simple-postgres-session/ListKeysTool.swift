import MCP

/// `list_keys`: shows which keys of a session have a value, page by page.
struct ListKeysTool: SessionTool {
    struct Input: SessionInput {
        @Field(SessionResolution.argumentDescription) var session: String?
        @Field("List only the keys that begin with this text.", ["maxLength": 256]) var prefix: String?
        @Field("How many keys are listed at most.", in: 1...1000) var limit = 100
        @Field("The next_cursor of the call before.") var cursor: String?
    }

    struct Output: SessionOutput {
        @Field(SessionResolution.resultDescription) var session: String
        @Field var keys: [Key]
        @Field("There are more keys; absent on the last page.") var next_cursor: String?
    }

    struct Key: JSONStructure {
        @Field var key: String
        @Field(["minimum": 1]) var version: Int64
        @Field("The bytes of the value as JSON.", ["minimum": 1]) var size: Int
        @Field("When the value is gone; absent where it lives as long as its session.", ["format": "date-time"])
        var expires_at: String?
    }

    let store: any SessionStore

    let name = "list_keys"
    let title: String? = "List keys"
    let description = """
        Lists the keys of a session that have a value, in the order of their bytes, with the version and the size of each \
        value. Where there are more, `next_cursor` is there: pass it as `cursor`, with the same `prefix`, to get the \
        following ones.
        """
    let annotations: ToolAnnotations? = .reading

    func call(_ input: Input, in session: SessionHandle, of principal: Principal) async throws -> Output {
        let page = try await store.keys(
            withPrefix: input.prefix ?? "", after: try cursor(input.cursor), limit: input.limit, in: session,
            of: principal)
        var output = Output()
        output.keys = page.keys.map(Key.init)
        output.next_cursor = page.next?.text
        return output
    }

    private func cursor(_ text: String?) throws(SessionStoreError) -> KeyCursor? {
        guard let text else { return nil }
        guard let cursor = KeyCursor(text) else {
            throw .invalidArgument("`cursor` is none that list_keys returned as next_cursor; begin without one")
        }
        return cursor
    }
}

extension ListKeysTool.Key {
    init(_ stored: StoredKey) {
        key = stored.key
        version = stored.version
        size = stored.size
        expires_at = stored.expiresAt?.description
    }
}
