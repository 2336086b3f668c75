import PGWire

/// The error that the body throws, where it is one of the driver's.
func failure<T, E: Error>(_ body: () async throws(E) -> T) async -> PGError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? PGError
    }
}
