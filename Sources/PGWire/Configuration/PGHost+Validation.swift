extension PGHost {
    /// Checks what the types alone cannot promise.
    func validate() throws(PGError) {
        func refuse(_ problem: String) -> PGError { PGError(.configuration, problem, retry: .pointless) }
        try PGError.refuseZeroByte(in: numericAddress, "The numeric address of a host")
        try PGError.refuseZeroByte(in: password, "The password of a host")
        switch address {
        case .tcp(let name, let port):
            try PGError.refuseZeroByte(in: name, "The host name")
            guard !name.isEmpty else { throw refuse("The host name is empty") }
            guard port != 0 else { throw refuse("The port is not 1 to 65535") }
        case .unix(let path):
            try PGError.refuseZeroByte(in: path, "The socket's path")
            guard (1...PGAddress.longestPath).contains(path.utf8.count) else {
                throw refuse("The socket's path is not 1 to \(PGAddress.longestPath) bytes long")
            }
            guard numericAddress == nil else { throw refuse("A Unix socket has no numeric address") }
        }
    }
}
