/// A value of type `pg_snapshot`: which transactions were over when it was taken.
///
/// See [Transaction ID and Snapshot Information Functions](https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT).
public struct PGSnapshot: Hashable, Sendable {
    /// The lowest transaction that was still active: all below it were over.
    public let xmin: PGXID8
    /// One behind the highest transaction that was over.
    public let xmax: PGXID8
    /// The transactions in between that were in progress, in ascending order.
    public let inProgress: [PGXID8]

    /// A snapshot; nil where its parts contradict each other: `xmin` is zero or above `xmax`, or the transactions in
    /// progress do not ascend or are outside of the two.
    public init?(xmin: PGXID8, xmax: PGXID8, inProgress: [PGXID8]) {
        guard xmin.rawValue > 0, xmin <= xmax else { return nil }
        guard inProgress.allSatisfy({ $0 >= xmin && $0 < xmax }),
            zip(inProgress, inProgress.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        (self.xmin, self.xmax, self.inProgress) = (xmin, xmax, inProgress)
    }

    /// Whether a transaction was over, be it committed or rolled back.
    public func sees(_ transaction: PGXID8) -> Bool {
        transaction < xmin || transaction < xmax && !inProgress.contains(transaction)
    }
}

extension PGSnapshot: PGTextConvertible {
    /// The snapshot that a text in the form `10:20:10,14` names; nil otherwise.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let xmin = PGXID8(parts[0]), let xmax = PGXID8(parts[1]) else { return nil }
        var inProgress: [PGXID8] = []
        if !parts[2].isEmpty {
            for part in parts[2].split(separator: ",", omittingEmptySubsequences: false) {
                guard let transaction = PGXID8(String(part)) else { return nil }
                inProgress.append(transaction)
            }
        }
        self.init(xmin: xmin, xmax: xmax, inProgress: inProgress)
    }

    /// The snapshot as the server shows it.
    public var description: String {
        "\(xmin):\(xmax):" + inProgress.map(\.description).joined(separator: ",")
    }
}

extension PGSnapshot: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .pgSnapshot }
    public static var postgresArrayType: PGType { .pgSnapshotArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard let count = Int32(exactly: inProgress.count) else {
            throw .unencodable(.pgSnapshot, "it has too many transactions")
        }
        buffer.append(count)
        for transaction in [xmin, xmax] + inProgress { buffer.append(transaction.rawValue) }
    }

    /// Reads `pg_snapshot`, and `txid_snapshot`, which it was called before PostgreSQL 13.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGSnapshot {
        guard type == .pgSnapshot || type == .txidSnapshot else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        do throws(ByteReader.Failure) {
            guard let snapshot = try read(bytes) else { throw .invalidValue }
            return snapshot
        } catch {
            throw .malformed(type, format)
        }
    }

    private static func read(_ bytes: RawSpan) throws(ByteReader.Failure) -> PGSnapshot? {
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(Int32.self))
        let (xmin, xmax) = (try reader.read(UInt64.self), try reader.read(UInt64.self))
        // A transaction takes eight bytes, so that a count is no claim to more memory than the message has.
        guard count >= 0, reader.remaining % 8 == 0, reader.remaining / 8 == count else { return nil }
        var inProgress: [PGXID8] = []
        inProgress.reserveCapacity(count)
        for _ in 0..<count { inProgress.append(PGXID8(rawValue: try reader.read(UInt64.self))) }
        return PGSnapshot(xmin: PGXID8(rawValue: xmin), xmax: PGXID8(rawValue: xmax), inProgress: inProgress)
    }
}
