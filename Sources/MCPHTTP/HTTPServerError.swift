#if Servers
import Glibc
import NIOCore

/// Why an ``HTTPServer`` could not begin to listen.
public enum HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another program listens there.
    case addressInUse(host: String, port: Int)
    /// The system does not let this process listen there; ports below 1024 are often reserved.
    case notPermitted(host: String, port: Int)
    /// The host is no address of this machine.
    case unknownHost(String)
    /// Another failure; the text says which one.
    case cannotListen(host: String, port: Int, reason: String)

    init(_ error: any Error, host: String, port: Int) {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            self = .addressInUse(host: host, port: port)
        case let error as IOError where error.errnoCode == EACCES:
            self = .notPermitted(host: host, port: port)
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            self = .unknownHost(host)
        case is SocketAddressError:
            self = .unknownHost(host)
        default:
            self = .cannotListen(host: host, port: port, reason: "\(error)")
        }
    }

    /// One line that names the address and the cure.
    public var description: String {
        switch self {
        case .addressInUse(let host, let port):
            "cannot listen on \(host):\(port): the port is in use; choose another one or stop the program that has it"
        case .notPermitted(let host, let port):
            "cannot listen on \(host):\(port): not permitted; choose a port from 1024 on"
        case .unknownHost(let host):
            "cannot listen on \(host): it is no address of this machine"
        case .cannotListen(let host, let port, let reason):
            "cannot listen on \(host):\(port): \(reason)"
        }
    }
}
#endif
