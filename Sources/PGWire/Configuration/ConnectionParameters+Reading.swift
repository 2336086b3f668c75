extension ConnectionParameters {
    /// The error about a keyword's value, which is not quoted.
    func error(_ keyword: ConnectionKeyword, _ problem: String) -> PGError {
        .configuration(self[keyword]?.source ?? source, problem)
    }

    /// A text; nil where there is none or it is empty.
    func text(_ keyword: ConnectionKeyword) -> String? {
        guard let text = self[keyword]?.text, !text.isEmpty else { return nil }
        return text
    }

    /// A list that commas separate; nil where there is none or it is empty. Its elements may be empty.
    func list(_ keyword: ConnectionKeyword) -> [String]? {
        text(keyword)?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ keyword: ConnectionKeyword, as type: Choice.Type = Choice.self
    ) throws(PGError) -> Choice? where Choice.RawValue == String {
        guard let text = self[keyword]?.text else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw error(keyword, "\(keyword.rawValue) is none of \(words)")
    }

    /// A whole number of 32 bits, which spaces may surround.
    func integer(_ keyword: ConnectionKeyword) throws(PGError) -> Int? {
        guard let text = self[keyword]?.text else { return nil }
        guard let number = Int32(text.trimmingSpaces) else {
            throw error(keyword, "\(keyword.rawValue) is no whole number")
        }
        return Int(number)
    }

    /// Whether a number is not zero, as libpq has it.
    func flag(_ keyword: ConnectionKeyword) throws(PGError) -> Bool? { try integer(keyword).map { $0 != 0 } }
}
