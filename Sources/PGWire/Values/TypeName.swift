import Synchronization

/// The name of a type that somebody created, as a number that stands for its text.
///
/// A type goes along with every value, so that its name must cost no reference counting. The texts are few and kept for as
/// long as the process lasts; they say nothing of the object id, under which each database has another type.
struct TypeName: Sendable {
    /// How many names are kept; types beyond that go without.
    static let capacity = 4_096
    /// How many bytes a name may have: twice an identifier of which every character is a quote, and a little.
    static let longest = 512

    /// 0 for none.
    private let number: UInt16
    /// Whether it is the elements' type of the array type that the number stands for.
    private let isElement: Bool

    static let unknown = TypeName(number: 0, isElement: false)

    private struct Table {
        var texts: [String] = []
        var numbers: [String: UInt16] = [:]
    }

    private static let table = Mutex(Table())

    private init(number: UInt16, isElement: Bool) {
        self.number = number
        self.isElement = isElement
    }

    /// The name as the server's `format_type` writes it, `[]` behind it for an array; none where there is no more room.
    init(_ text: String) {
        guard text.utf8.count <= Self.longest else {
            self = .unknown
            return
        }
        let number: UInt16 = Self.table.withLock { table in
            if let number = table.numbers[text] { return number }
            guard table.texts.count < Self.capacity else { return 0 }
            table.texts.append(text)
            let number = UInt16(table.texts.count)
            table.numbers[text] = number
            return number
        }
        self.init(number: number, isElement: false)
    }

    /// The name of the elements of an array type.
    var element: TypeName { TypeName(number: number, isElement: number != 0) }

    /// The text; nil where it is not known.
    var text: String? {
        guard number != 0 else { return nil }
        let text = Self.table.withLock { $0.texts[Int(number) - 1] }
        guard isElement else { return text }
        return text.utf8.suffix(2).elementsEqual("[]".utf8) ? String(text.dropLast(2)) : nil
    }
}
