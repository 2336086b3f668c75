internal import Digests

/// The answer to the server's request for an md5 password.
///
/// See [AuthenticationMD5Password](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP).
enum MD5Password {
    /// `md5` and the digest of the salt and of what the server keeps, in hexadecimal.
    ///
    /// - Throws: ``PGError/Code/authentication`` where libcrypto has no MD5, as under FIPS.
    static func response(user: String, password: String, salt: [UInt8]) throws(PGError) -> String {
        guard let kept = MD5.hash(Array(password.utf8) + Array(user.utf8)),
            let answer = MD5.hash(Array(hexadecimal(kept).utf8) + salt)
        else {
            throw PGError(
                .authentication,
                "The server asks for an md5 password, and libcrypto offers no MD5 here; "
                    + "set password_encryption=scram-sha-256 on the server and the password anew",
                retry: .pointless)
        }
        return "md5" + hexadecimal(answer)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
