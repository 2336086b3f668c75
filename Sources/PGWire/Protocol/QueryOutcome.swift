/// How a query ended, in one word: most of what has to do with it only hands it on.
enum QueryOutcome: Sendable {
    case result(PGResult)
    indirect case failure(PGError)

    func get() throws(PGError) -> PGResult {
        switch self {
        case .result(let result): return result
        case .failure(let error): throw error
        }
    }
}
