internal import Digests

/// The work by which SCRAM turns a password into a key (`SaltedPassword`, RFC 5802 section 3).
///
/// It takes from a third of a millisecond for the usual 4,096 iterations to seconds for what a server may ask for, so that
/// the machine which needs it does not do it itself.
struct PasswordDerivation: Sendable, Equatable {
    let password: [UInt8]
    let salt: [UInt8]
    let iterations: Int

    /// The derivation, to be done in steps.
    func begin() -> PBKDF2 { PBKDF2(password: password, salt: salt, iterations: iterations) }

    /// The key, all at once.
    func saltedPassword() -> [UInt8] { PBKDF2.sha256(password: password, salt: salt, iterations: iterations) }
}
