/// This release of the programs and libraries.
public enum Release {
    /// The version, as the programs' `--version` prints it.
    public static let version = "0.1.0"
}
