import Glibc

extension Socket {
    /// Refuses a peer on a Unix socket that does not run as a user of the operating system.
    ///
    /// - Throws: ``PGError/Code/authentication``, which names the user that it runs as.
    func requirePeer(_ required: String) throws(PGError) {
        let user: OperatingSystemUser?
        do {
            user = OperatingSystemUser(id: try peerUser())
        } catch {
            throw PGError(.authentication, "The server's user cannot be known: \(error)", retry: .pointless)
        }
        guard user?.name?.utf8.elementsEqual(required.utf8) == true else {
            throw PGError(
                .authentication,
                "The server does not run as the user that requirepeer names but as “\(user?.name ?? "unknown")”",
                retry: .pointless)
        }
    }

    /// The user that the process at the other end of a Unix socket ran as when it began to listen.
    private func peerUser() throws(SystemError) -> uid_t {
        // struct ucred, which Swift does not import.
        var credentials: (process: pid_t, user: uid_t, group: gid_t) = (0, 0, 0)
        var length = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else {
            throw SystemError.last
        }
        return credentials.user
    }
}
