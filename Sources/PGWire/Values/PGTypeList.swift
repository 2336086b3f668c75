/// The types of a statement's parameters, in order: the first four without an allocation, since few statements have more.
@usableFromInline
struct PGTypeList: Hashable, Sendable {
    /// Two types each, the earlier in the lower half; 0 where there is none.
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var others: [PGType] = []
    @usableFromInline private(set) var count = 0

    @usableFromInline
    init() {}

    @usableFromInline
    mutating func append(_ type: PGType) {
        let value = UInt64(type.rawValue) << (count & 1 == 0 ? 0 : 32)
        switch count {
        case 0, 1: first |= value
        case 2, 3: second |= value
        default: others.append(type)
        }
        count += 1
    }

    mutating func append(contentsOf list: PGTypeList) {
        for type in list { append(type) }
    }
}

extension PGTypeList: RandomAccessCollection {
    @usableFromInline var startIndex: Int { 0 }
    @usableFromInline var endIndex: Int { count }

    @usableFromInline
    subscript(position: Int) -> PGType {
        precondition(position >= 0 && position < count, "there is no such type")
        guard position < 4 else { return others[position - 4] }
        let pair = position < 2 ? first : second
        return PGType(rawValue: UInt32(truncatingIfNeeded: position & 1 == 0 ? pair : pair >> 32))
    }
}

extension PGTypeList: ExpressibleByArrayLiteral {
    @usableFromInline
    init(arrayLiteral types: PGType...) {
        self.init()
        for type in types { append(type) }
    }
}
