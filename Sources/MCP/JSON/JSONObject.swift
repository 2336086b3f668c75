/// The members of a JSON object, in the order in which their keys first appeared.
///
/// Keys are compared byte by byte, so keys that differ only by Unicode normalization are different members. A key
/// stands at most once: setting it again replaces the value and keeps the place. Finding a key takes constant time.
public struct JSONObject: Sendable {
    /// One member.
    public typealias Element = (key: String, value: JSONValue)

    /// From how many members on an index pays for its memory.
    private static let indexThreshold = 12

    private var members: [Element]
    private var positions: [ByteExactString: Int]?

    /// An object without members.
    public init() {
        members = []
    }

    /// An object of these members; of equal keys the last value wins and stands at the place of the first.
    public init(_ members: some Sequence<Element>) {
        self.init()
        reserveCapacity(members.underestimatedCount)
        for (key, value) in members { self[key] = value }
    }

    /// Makes room for so many members.
    public mutating func reserveCapacity(_ count: Int) {
        members.reserveCapacity(count)
    }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// The values in the order of their keys.
    public var values: [JSONValue] { members.map(\.value) }

    /// The value of a key, or nil when there is no such member. Setting nil removes the member, in linear time.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            guard let newValue else {
                remove(key)
                return
            }
            if let position = position(of: key) {
                members[position].value = newValue
            } else {
                add(key, newValue)
            }
        }
    }

    /// Sets a member; the same as assigning through the subscript.
    public mutating func append(_ key: String, _ value: JSONValue) {
        self[key] = value
    }

    /// Whether there is a member with this key.
    public func contains(key: String) -> Bool { position(of: key) != nil }

    private func position(of key: String) -> Int? {
        if let positions { return positions[ByteExactString(key)] }
        return members.firstIndex { $0.key.hasSameBytes(as: key) }
    }

    private mutating func add(_ key: String, _ value: JSONValue) {
        members.append((key, value))
        if positions != nil {
            positions?[ByteExactString(key)] = members.count - 1
        } else if members.count > Self.indexThreshold {
            index()
        }
    }

    private mutating func remove(_ key: String) {
        guard let position = position(of: key) else { return }
        members.remove(at: position)
        positions = nil
        if members.count > Self.indexThreshold { index() }
    }

    private mutating func index() {
        var positions: [ByteExactString: Int] = [:]
        positions.reserveCapacity(members.count * 2)
        for (position, member) in members.enumerated() { positions[ByteExactString(member.key)] = position }
        self.positions = positions
    }
}

extension JSONObject: RandomAccessCollection {
    /// 0
    public var startIndex: Int { 0 }
    /// The number of members.
    public var endIndex: Int { members.count }

    /// The member at a place, from 0.
    public subscript(position: Int) -> Element { members[position] }
}

extension JSONObject: Hashable {
    /// Whether both have the same keys with equal values, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        return left.members.allSatisfy { right[$0.key] == $0.value }
    }

    /// Hashes the members, whatever their order.
    public func hash(into hasher: inout Hasher) {
        // A sum, as the order of members does not count.
        var sum = 0
        for (key, value) in members {
            var member = Hasher()
            member.combine(ByteExactString(key))
            member.combine(value)
            sum &+= member.finalize()
        }
        hasher.combine(sum)
        hasher.combine(members.count)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Of equal keys the last value wins and stands at the place of the first.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements.lazy.map { (key: $0.0, value: $0.1) })
    }
}

extension JSONObject: CustomStringConvertible {
    /// The object as JSON text.
    public var description: String { JSONValue.object(self).description }
}
