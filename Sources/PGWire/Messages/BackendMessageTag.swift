extension BackendMessage {
    /// The bytes that name the messages.
    enum Tag {
        static let authentication = UInt8(ascii: "R")
        static let backendKeyData = UInt8(ascii: "K")
        static let bindComplete = UInt8(ascii: "2")
        static let closeComplete = UInt8(ascii: "3")
        static let commandComplete = UInt8(ascii: "C")
        static let copyBothResponse = UInt8(ascii: "W")
        static let copyData = UInt8(ascii: "d")
        static let copyDone = UInt8(ascii: "c")
        static let copyInResponse = UInt8(ascii: "G")
        static let copyOutResponse = UInt8(ascii: "H")
        static let dataRow = UInt8(ascii: "D")
        static let emptyQueryResponse = UInt8(ascii: "I")
        static let errorResponse = UInt8(ascii: "E")
        static let functionCallResponse = UInt8(ascii: "V")
        static let negotiateProtocolVersion = UInt8(ascii: "v")
        static let noData = UInt8(ascii: "n")
        static let noticeResponse = UInt8(ascii: "N")
        static let notificationResponse = UInt8(ascii: "A")
        static let parameterDescription = UInt8(ascii: "t")
        static let parameterStatus = UInt8(ascii: "S")
        static let parseComplete = UInt8(ascii: "1")
        static let portalSuspended = UInt8(ascii: "s")
        static let readyForQuery = UInt8(ascii: "Z")
        static let rowDescription = UInt8(ascii: "T")

        /// Whether a server of protocol 3 can send a message with this tag.
        static func isKnown(_ tag: UInt8) -> Bool { name(of: tag) != nil }

        /// The message's name in the manual, or the byte itself.
        static func describe(_ tag: UInt8) -> String { name(of: tag).map(String.init) ?? "0x" + String(tag, radix: 16) }

        private static func name(of tag: UInt8) -> StaticString? {
            switch tag {
            case authentication: "Authentication"
            case backendKeyData: "BackendKeyData"
            case bindComplete: "BindComplete"
            case closeComplete: "CloseComplete"
            case commandComplete: "CommandComplete"
            case copyBothResponse: "CopyBothResponse"
            case copyData: "CopyData"
            case copyDone: "CopyDone"
            case copyInResponse: "CopyInResponse"
            case copyOutResponse: "CopyOutResponse"
            case dataRow: "DataRow"
            case emptyQueryResponse: "EmptyQueryResponse"
            case errorResponse: "ErrorResponse"
            case functionCallResponse: "FunctionCallResponse"
            case negotiateProtocolVersion: "NegotiateProtocolVersion"
            case noData: "NoData"
            case noticeResponse: "NoticeResponse"
            case notificationResponse: "NotificationResponse"
            case parameterDescription: "ParameterDescription"
            case parameterStatus: "ParameterStatus"
            case parseComplete: "ParseComplete"
            case portalSuspended: "PortalSuspended"
            case readyForQuery: "ReadyForQuery"
            case rowDescription: "RowDescription"
            default: nil
            }
        }
    }
}
