extension PGTCPConfiguration {
    init(_ parameters: ConnectionParameters) throws(PGError) {
        /// What is zero or less is left to the system.
        func positive(_ keyword: ConnectionKeyword) throws(PGError) -> Int? {
            guard let number = try parameters.integer(keyword), number > 0 else { return nil }
            return number
        }
        self.init()
        keepsAlive = try parameters.flag(.keepalives) ?? true
        keepAliveIdle = try positive(.keepalivesIdle).map { .seconds($0) }
        keepAliveInterval = try positive(.keepalivesInterval).map { .seconds($0) }
        keepAliveCount = try positive(.keepalivesCount)
        userTimeout = try positive(.tcpUserTimeout).map { .milliseconds($0) }
    }
}
