/// A Unicode property that a pattern can name: `\p{Letter}`, `\p{Lu}`, `\p{gc=Nd}`, `\p{Alphabetic}`.
///
/// General categories and the binary properties that Swift's standard library knows; scripts are not among them.
enum ScalarProperty: Sendable {
    case categories(Set<Unicode.GeneralCategory>)
    case alphabetic
    case uppercase
    case lowercase
    case whiteSpace
    case emoji
    case emojiPresentation
    case idStart
    case idContinue
    case hexDigit
    case asciiHexDigit
    case ascii
    case any

    /// The property of a name, exactly as ECMA-262 spells it.
    init?(named name: String) {
        var category = name
        for prefix in ["General_Category=", "gc="] where name.hasPrefix(prefix) {
            category = String(name.dropFirst(prefix.count))
        }
        if let categories = Self.categories[category] {
            self = .categories(categories)
        } else if let property = Self.binaryProperties[name] {
            self = property
        } else {
            return nil
        }
    }

    func holds(for scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .categories(let categories): categories.contains(scalar.properties.generalCategory)
        case .alphabetic: scalar.properties.isAlphabetic
        case .uppercase: scalar.properties.isUppercase
        case .lowercase: scalar.properties.isLowercase
        case .whiteSpace: scalar.properties.isWhitespace
        case .emoji: scalar.properties.isEmoji
        case .emojiPresentation: scalar.properties.isEmojiPresentation
        case .idStart: scalar.properties.isIDStart
        case .idContinue: scalar.properties.isIDContinue
        case .hexDigit: scalar.properties.isHexDigit
        case .asciiHexDigit: scalar.properties.isASCIIHexDigit
        case .ascii: scalar.isASCII
        case .any: true
        }
    }

    private static let binaryProperties: [String: ScalarProperty] = [
        "Alphabetic": .alphabetic, "Alpha": .alphabetic, "Uppercase": .uppercase, "Upper": .uppercase,
        "Lowercase": .lowercase, "Lower": .lowercase, "White_Space": .whiteSpace, "space": .whiteSpace,
        "Emoji": .emoji, "Emoji_Presentation": .emojiPresentation, "EPres": .emojiPresentation,
        "ID_Start": .idStart, "IDS": .idStart, "ID_Continue": .idContinue, "IDC": .idContinue,
        "Hex_Digit": .hexDigit, "Hex": .hexDigit, "ASCII_Hex_Digit": .asciiHexDigit, "AHex": .asciiHexDigit,
        "ASCII": .ascii, "Any": .any,
    ]

    private static let categories: [String: Set<Unicode.GeneralCategory>] = {
        let single: [(String, String, Unicode.GeneralCategory)] = [
            ("Lu", "Uppercase_Letter", .uppercaseLetter), ("Ll", "Lowercase_Letter", .lowercaseLetter),
            ("Lt", "Titlecase_Letter", .titlecaseLetter), ("Lm", "Modifier_Letter", .modifierLetter),
            ("Lo", "Other_Letter", .otherLetter), ("Mn", "Nonspacing_Mark", .nonspacingMark),
            ("Mc", "Spacing_Mark", .spacingMark), ("Me", "Enclosing_Mark", .enclosingMark),
            ("Nd", "Decimal_Number", .decimalNumber), ("Nl", "Letter_Number", .letterNumber),
            ("No", "Other_Number", .otherNumber), ("Pc", "Connector_Punctuation", .connectorPunctuation),
            ("Pd", "Dash_Punctuation", .dashPunctuation), ("Ps", "Open_Punctuation", .openPunctuation),
            ("Pe", "Close_Punctuation", .closePunctuation), ("Pi", "Initial_Punctuation", .initialPunctuation),
            ("Pf", "Final_Punctuation", .finalPunctuation), ("Po", "Other_Punctuation", .otherPunctuation),
            ("Sm", "Math_Symbol", .mathSymbol), ("Sc", "Currency_Symbol", .currencySymbol),
            ("Sk", "Modifier_Symbol", .modifierSymbol), ("So", "Other_Symbol", .otherSymbol),
            ("Zs", "Space_Separator", .spaceSeparator), ("Zl", "Line_Separator", .lineSeparator),
            ("Zp", "Paragraph_Separator", .paragraphSeparator), ("Cc", "Control", .control),
            ("Cf", "Format", .format), ("Cs", "Surrogate", .surrogate), ("Co", "Private_Use", .privateUse),
            ("Cn", "Unassigned", .unassigned),
        ]
        let groups = [
            ("L", "Letter"), ("M", "Mark"), ("N", "Number"), ("P", "Punctuation"), ("S", "Symbol"),
            ("Z", "Separator"), ("C", "Other"),
        ]
        var categories: [String: Set<Unicode.GeneralCategory>] = [:]
        for (short, long, category) in single {
            categories[short] = [category]
            categories[long] = [category]
        }
        for (short, long) in groups {
            let members = Set(single.filter { $0.0.hasPrefix(short) }.map(\.2))
            categories[short] = members
            categories[long] = members
        }
        categories["LC"] = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]
        categories["Cased_Letter"] = categories["LC"]
        categories["Combining_Mark"] = categories["M"]
        categories["digit"] = categories["Nd"]
        categories["punct"] = categories["P"]
        categories["cntrl"] = categories["Cc"]
        return categories
    }()
}
