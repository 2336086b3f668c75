/// How exactly a client has to play its part in a transcript.
public enum ReplayMode: Sendable {
    /// Byte for byte. Nonces, proofs and what is bound to a certificate are checked for what they have to be with the
    /// client's own.
    ///
    /// Where a pipeline's Flush comes depends on when tasks run: a test of one is strict where it runs on the loop of its
    /// connection (`withTaskExecutorPreference`), and lenient elsewhere.
    case strict
    /// Message by message: of statements the text has to be the same but for blanks, of the rest the kind of message. What
    /// the startup says and what parameters hold does not matter, nor how statements and portals are called, nor where
    /// a Flush is sent.
    case lenient
}
