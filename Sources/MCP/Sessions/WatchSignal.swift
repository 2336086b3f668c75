internal import Digests

/// The name under which it is told that something has come: 22 base64url characters, which show nothing of a session.
package struct WatchSignal: Hashable, Sendable {
    /// The name.
    package let text: String

    /// The signal of what is watched in the session of this digest.
    package init(_ subject: WatchedSubject, inSession digest: [UInt8]) {
        switch subject {
        case .stream(let stream): text = stream.rawValue
        case .message(let address): text = Self.name("message", digest, Array(address.utf8))
        }
    }

    /// The signal of the end of a session, which wakes all who watch something in it.
    package init(endOfSession digest: [UInt8]) { text = Self.name("end", digest, []) }

    /// Reads a signal.
    package init?(_ text: String) {
        guard StreamID(rawValue: text) != nil else { return nil }
        self.text = text
    }

    private static func name(_ what: String, _ digest: [UInt8], _ detail: [UInt8]) -> String {
        Base64.encodeURL(Array(SHA256.hash(Array(what.utf8) + digest + detail).prefix(16)))
    }
}
