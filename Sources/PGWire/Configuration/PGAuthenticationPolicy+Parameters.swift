extension PGAuthenticationPolicy {
    /// libpq's methods that this driver does not have: nothing has to be done to leave them out.
    private static let foreignMethods: Set = ["gss", "sspi", "oauth"]

    /// What `channel_binding` and `require_auth` mean.
    init(_ parameters: ConnectionParameters) throws(PGError) {
        self.init()
        if let value: ChannelBinding = try parameters.choice(.channelBinding) { channelBinding = value }
        if let list = parameters.list(.requiredMethods) { methods = try Self.methods(list, parameters) }
    }

    /// A list of methods that are accepted, or of those with a `!` that are not.
    private static func methods(
        _ list: [String], _ parameters: ConnectionParameters
    ) throws(PGError) -> Set<Method> {
        let keyword = ConnectionKeyword.requiredMethods
        var listed: Set<Method> = []
        var names: Set<String> = []
        var negated = 0
        for element in list {
            let isNegated = element.utf8.first == UInt8(ascii: "!")
            negated += isNegated ? 1 : 0
            let name = isNegated ? String(element.dropFirst()) : element
            let method = Method(rawValue: name)
            guard method != nil || foreignMethods.contains(name) else {
                throw parameters.error(keyword, "require_auth has something else than the names of methods")
            }
            guard names.insert(name).inserted else {
                throw parameters.error(keyword, "require_auth has the method \(name) twice")
            }
            if let method { listed.insert(method) }
        }
        guard negated == 0 || negated == list.count else {
            throw parameters.error(keyword, "require_auth mixes methods with and without a !")
        }
        let methods = negated == 0 ? listed : Set(Method.allCases).subtracting(listed)
        guard !methods.isEmpty else {
            throw parameters.error(keyword, "require_auth leaves no method that this driver has")
        }
        return methods
    }
}
