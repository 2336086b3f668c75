#if Servers
internal import HTTPTypes

extension HTTPField.Name {
    /// `MCP-Protocol-Version`
    static let protocolVersion = known("MCP-Protocol-Version")
    /// `Mcp-Session-Id`
    static let sessionID = known("Mcp-Session-Id")
    /// `Mcp-Method`
    static let method = known("Mcp-Method")
    /// `Mcp-Name`
    static let name = known("Mcp-Name")
    /// `Last-Event-ID`
    static let lastEventID = known("Last-Event-ID")
    /// `X-Accel-Buffering`
    static let accelBuffering = known("X-Accel-Buffering")

    /// The header that mirrors an argument; the name was checked when the tool was registered.
    static func parameter(_ name: String) -> HTTPField.Name { known("Mcp-Param-" + name) }

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
        return name
    }
}

extension HTTPFields {
    /// The values of all fields of a name, without the blanks around them.
    func trimmed(_ name: HTTPField.Name) -> [String] {
        self[values: name].map { String($0.trimmingBlanks) }
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at its ends.
    var trimmingBlanks: SubSequence {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
        guard let first = unicodeScalars.firstIndex(where: { !isBlank($0) }),
            let last = unicodeScalars.lastIndex(where: { !isBlank($0) })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
#endif
