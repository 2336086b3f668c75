/// One step of the schema's history. What was released is never changed; changes come as the next step.
struct Migration: Sendable {
    /// The version that the tables have after it.
    let version: Int
    /// The oldest version whose programs can still work with the tables then. A step that only adds keeps it, so that
    /// instances of the release before go on serving while those of the new one come up.
    let compatibleFrom: Int
    /// The statements, in order, each on its own.
    let statements: [String]
}
