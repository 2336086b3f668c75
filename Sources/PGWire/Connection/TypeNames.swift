import Synchronization

/// The names of the types that somebody created, by the object ids that they have in one database, as far as they were met.
///
/// The connections of a pool share one, so that each name is asked for once.
final class TypeNames: Sendable {
    /// How many types are remembered; those beyond are not asked for.
    static let capacity = 1_024

    /// A type that was asked for has no name as long as there is no answer.
    private let names = Mutex<[UInt32: TypeName]>([:])

    /// The types of the columns that were not asked for yet; whoever gets them has to ask.
    func takeUnasked(of columns: [PGColumn]) -> [PGType] {
        names.withLock { names in
            var unasked: [PGType] = []
            for column in columns where column.type.isAssigned && names[column.type.rawValue] == nil {
                guard names.count < Self.capacity else { break }
                names[column.type.rawValue] = .unknown
                unasked.append(column.type)
            }
            return unasked
        }
    }

    func learn(_ type: UInt32, _ name: String) {
        names.withLock { $0[type] = TypeName(name) }
    }

    /// The types may be asked for again.
    func forget(_ types: [PGType]) {
        names.withLock { names in
            for type in types { names[type.rawValue] = nil }
        }
    }

    /// The columns with the names of their types, as far as they are known; nil where that changes nothing.
    func naming(_ columns: [PGColumn]) -> [PGColumn]? {
        guard columns.contains(where: \.type.isAssigned) else { return nil }
        return names.withLock { names in
            columns.map { column in
                var column = column
                if let name = names[column.type.rawValue] { column.type = PGType(column.type.rawValue, named: name) }
                return column
            }
        }
    }
}
