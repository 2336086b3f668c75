/// A Swift type of which the server has ranges.
///
/// The four types default to none, which suits range types that someone created: a parameter is then sent without a type
/// and the server infers it.
///
/// See [Range Types](https://www.postgresql.org/docs/current/rangetypes.html).
public protocol PGRangeBound: PGEncodable, PGDecodable {
    /// The type of a range between such values.
    static var postgresRangeType: PGType { get }
    /// The type of an array of such ranges.
    static var postgresRangeArrayType: PGType { get }
    /// The type of a multirange of such values.
    static var postgresMultirangeType: PGType { get }
    /// The type of an array of such multiranges.
    static var postgresMultirangeArrayType: PGType { get }
}

extension PGRangeBound {
    public static var postgresRangeType: PGType { .unspecified }
    public static var postgresRangeArrayType: PGType { .unspecified }
    public static var postgresMultirangeType: PGType { .unspecified }
    public static var postgresMultirangeArrayType: PGType { .unspecified }
}

/// Types that the server itself has no ranges of, for range types that someone created.
extension Double: PGRangeBound {}
extension Float: PGRangeBound {}
extension String: PGRangeBound {}
extension PGTime: PGRangeBound {}
extension PGInet: PGRangeBound {}
extension PGUUID: PGRangeBound {}

/// `int4range` and `int4multirange`.
extension Int32: PGRangeBound {
    public static var postgresRangeType: PGType { .int4range }
    public static var postgresRangeArrayType: PGType { .int4rangeArray }
    public static var postgresMultirangeType: PGType { .int4multirange }
    public static var postgresMultirangeArrayType: PGType { .int4multirangeArray }
}

/// `int8range` and `int8multirange`.
extension Int64: PGRangeBound {
    public static var postgresRangeType: PGType { .int8range }
    public static var postgresRangeArrayType: PGType { .int8rangeArray }
    public static var postgresMultirangeType: PGType { .int8multirange }
    public static var postgresMultirangeArrayType: PGType { .int8multirangeArray }
}

/// `int8range` and `int8multirange`.
extension Int: PGRangeBound {
    public static var postgresRangeType: PGType { .int8range }
    public static var postgresRangeArrayType: PGType { .int8rangeArray }
    public static var postgresMultirangeType: PGType { .int8multirange }
    public static var postgresMultirangeArrayType: PGType { .int8multirangeArray }
}

/// `numrange` and `nummultirange`.
extension PGNumeric: PGRangeBound {
    public static var postgresRangeType: PGType { .numrange }
    public static var postgresRangeArrayType: PGType { .numrangeArray }
    public static var postgresMultirangeType: PGType { .nummultirange }
    public static var postgresMultirangeArrayType: PGType { .nummultirangeArray }
}

/// `daterange` and `datemultirange`.
extension PGDate: PGRangeBound {
    public static var postgresRangeType: PGType { .daterange }
    public static var postgresRangeArrayType: PGType { .daterangeArray }
    public static var postgresMultirangeType: PGType { .datemultirange }
    public static var postgresMultirangeArrayType: PGType { .datemultirangeArray }
}

/// `tsrange` and `tsmultirange`.
extension PGLocalTimestamp: PGRangeBound {
    public static var postgresRangeType: PGType { .tsrange }
    public static var postgresRangeArrayType: PGType { .tsrangeArray }
    public static var postgresMultirangeType: PGType { .tsmultirange }
    public static var postgresMultirangeArrayType: PGType { .tsmultirangeArray }
}

/// `tstzrange` and `tstzmultirange`.
extension PGTimestamp: PGRangeBound {
    public static var postgresRangeType: PGType { .tstzrange }
    public static var postgresRangeArrayType: PGType { .tstzrangeArray }
    public static var postgresMultirangeType: PGType { .tstzmultirange }
    public static var postgresMultirangeArrayType: PGType { .tstzmultirangeArray }
}
