/// A keyword that libpq has and this driver has not.
struct UnsupportedKeyword: Sendable {
    /// Why not.
    let reason: String
    /// The values that ask for nothing, and are passed over.
    let harmlessValues: Set<String>

    private static let kerberos = UnsupportedKeyword(
        reason: "this driver does not authenticate by Kerberos (GSSAPI)", harmlessValues: [""])
    private static let oauth = UnsupportedKeyword(
        reason: "this driver does not authenticate by OAuth", harmlessValues: [""])
    private static let scramKeys = UnsupportedKeyword(
        reason: "this driver authenticates by SCRAM with the password alone", harmlessValues: [""])

    static let byName: [String: UnsupportedKeyword] = [
        "krbsrvname": kerberos, "gsslib": kerberos,
        "gssdelegation": UnsupportedKeyword(reason: kerberos.reason, harmlessValues: ["", "0"]),
        "oauth_issuer": oauth, "oauth_client_id": oauth, "oauth_client_secret": oauth, "oauth_scope": oauth,
        "scram_client_key": scramKeys, "scram_server_key": scramKeys,
        "sslcompression": UnsupportedKeyword(
            reason: "this driver does not compress, which would weaken TLS", harmlessValues: ["", "0"]),
        "sslkeylogfile": UnsupportedKeyword(
            reason: "this driver does not write the secrets of TLS to a file", harmlessValues: [""]),
        "replication": UnsupportedKeyword(
            reason: "this driver does not speak the replication protocol",
            harmlessValues: ["", "0", "false", "off", "no"]),
    ]
}
