extension ServiceFile {
    /// The keywords of a service, from the file that `PGSERVICEFILE` names, else `~/.pg_service.conf`, and where it is
    /// not in that, from `pg_service.conf` in the folder that `PGSYSCONFDIR` names.
    ///
    /// - Throws: ``PGError/Code/configuration`` where no file has the service, or a file cannot be read.
    static func parameters(
        of service: String, environment: [String: String]
    ) throws(PGError) -> [(ConnectionKeyword, String)] {
        let named = environment["PGSERVICEFILE"].flatMap { $0.isEmpty ? nil : $0 }
        if let path = named ?? environment["HOME"].map({ "\($0)/.pg_service.conf" }) {
            let file = try read(path, mustExist: named != nil)
            if let parameters = try file?.parameters(of: service) { return parameters }
        }
        if let folder = environment["PGSYSCONFDIR"], !folder.isEmpty {
            let file = try read("\(folder)/pg_service.conf", mustExist: false)
            if let parameters = try file?.parameters(of: service) { return parameters }
        }
        throw PGError(
            .configuration, "No service file has the service “\(service.oneLine)”; PGSERVICEFILE names one",
            retry: .pointless)
    }

    private static func read(_ path: String, mustExist: Bool) throws(PGError) -> ServiceFile? {
        do throws(SmallFile.Failure) {
            return ServiceFile(try SmallFile(readingFrom: path).bytes)
        } catch {
            guard mustExist || error != .missing else { return nil }
            throw PGError(
                .configuration, "The service file “\(path.oneLine)” could not be read: \(error)", retry: .pointless)
        }
    }
}
