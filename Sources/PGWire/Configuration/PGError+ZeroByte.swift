extension PGError {
    /// Refuses a zero byte, which would end a startup parameter, a path or a name early, and begin something else.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/configuration``, which never quotes the value.
    static func refuseZeroByte(in value: String?, _ name: String) throws(PGError) {
        guard let value, value.hasNUL else { return }
        throw PGError(.configuration, "\(name) contains a zero byte", retry: .pointless)
    }
}
