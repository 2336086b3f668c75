import Logging

extension PGConfiguration {
    /// The same with the password that ``passwordFile`` has now for each host, where none is given.
    ///
    /// A file that is not there is none; one that cannot be read, or that others may read, is passed over with a warning,
    /// as in libpq.
    func withPasswordsOfFile(_ logger: Logger) -> PGConfiguration {
        guard let passwordFile, password == nil, hosts.contains(where: { $0.password == nil }) else { return self }
        var configuration = self
        configuration.usePasswordFile(passwordFile, logger)
        return configuration
    }

    private mutating func usePasswordFile(_ path: String, _ logger: Logger) {
        let file: SmallFile
        do throws(SmallFile.Failure) {
            file = try SmallFile(readingFrom: path)
        } catch {
            if error != .missing { logger.warning("the password file \(path.oneLine) is not used: \(error)") }
            return
        }
        guard file.isPrivate else {
            logger.warning(
                "the password file \(path.oneLine) is not used: others than its owner have access to it; run chmod 600")
            return
        }
        let passwords = PasswordFile(file.bytes)
        for index in hosts.indices where hosts[index].password == nil {
            let login = PasswordFile.Login(host: hosts[index].address, database: database, user: user)
            guard let password = passwords.password(for: login) else { continue }
            guard !password.hasNUL else {
                logger.warning("the password file \(path.oneLine) has a password with a zero byte, which is not used")
                continue
            }
            hosts[index].password = password
        }
    }
}
