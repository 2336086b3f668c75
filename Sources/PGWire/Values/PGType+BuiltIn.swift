/// The types that every server has, with the object ids that never change.
///
/// See [Data Types](https://www.postgresql.org/docs/current/datatype.html) and `pg_type.dat` in the server's sources.
extension PGType {
    /// No type: the server infers a parameter's type from where it stands.
    public static let unspecified = PGType(rawValue: 0)

    /// `bool`.
    public static let bool = PGType(rawValue: 16)
    /// A run of bytes.
    public static let bytea = PGType(rawValue: 17)
    /// The internal one-byte type `"char"`; `character(n)` is ``bpchar``.
    public static let char = PGType(rawValue: 18)
    /// `name`.
    public static let name = PGType(rawValue: 19)
    /// `bigint`.
    public static let int8 = PGType(rawValue: 20)
    /// `smallint`.
    public static let int2 = PGType(rawValue: 21)
    /// `integer`.
    public static let int4 = PGType(rawValue: 23)
    /// `regproc`.
    public static let regproc = PGType(rawValue: 24)
    /// `text`.
    public static let text = PGType(rawValue: 25)
    /// An object id: four bytes, unsigned.
    public static let oid = PGType(rawValue: 26)
    /// `tid`.
    public static let tid = PGType(rawValue: 27)
    /// `xid`.
    public static let xid = PGType(rawValue: 28)
    /// `cid`.
    public static let cid = PGType(rawValue: 29)
    /// `json`.
    public static let json = PGType(rawValue: 114)
    /// `xml`.
    public static let xml = PGType(rawValue: 142)
    /// `point`.
    public static let point = PGType(rawValue: 600)
    /// `lseg`.
    public static let lseg = PGType(rawValue: 601)
    /// `path`.
    public static let path = PGType(rawValue: 602)
    /// `box`.
    public static let box = PGType(rawValue: 603)
    /// `polygon`.
    public static let polygon = PGType(rawValue: 604)
    /// `line`.
    public static let line = PGType(rawValue: 628)
    /// `cidr`.
    public static let cidr = PGType(rawValue: 650)
    /// `real`.
    public static let float4 = PGType(rawValue: 700)
    /// `double precision`.
    public static let float8 = PGType(rawValue: 701)
    /// `circle`.
    public static let circle = PGType(rawValue: 718)
    /// `macaddr8`.
    public static let macaddr8 = PGType(rawValue: 774)
    /// `money`.
    public static let money = PGType(rawValue: 790)
    /// `macaddr`.
    public static let macaddr = PGType(rawValue: 829)
    /// `inet`.
    public static let inet = PGType(rawValue: 869)
    /// `character(n)`, blank-padded.
    public static let bpchar = PGType(rawValue: 1042)
    /// `character varying`.
    public static let varchar = PGType(rawValue: 1043)
    /// `date`.
    public static let date = PGType(rawValue: 1082)
    /// `time`.
    public static let time = PGType(rawValue: 1083)
    /// `timestamp without time zone`.
    public static let timestamp = PGType(rawValue: 1114)
    /// `timestamp with time zone`.
    public static let timestamptz = PGType(rawValue: 1184)
    /// `interval`.
    public static let interval = PGType(rawValue: 1186)
    /// `time with time zone`.
    public static let timetz = PGType(rawValue: 1266)
    /// `bit`.
    public static let bit = PGType(rawValue: 1560)
    /// `bit varying`.
    public static let varbit = PGType(rawValue: 1562)
    /// `numeric`.
    public static let numeric = PGType(rawValue: 1700)
    /// `refcursor`.
    public static let refcursor = PGType(rawValue: 1790)
    /// `regprocedure`.
    public static let regprocedure = PGType(rawValue: 2202)
    /// `regoper`.
    public static let regoper = PGType(rawValue: 2203)
    /// `regoperator`.
    public static let regoperator = PGType(rawValue: 2204)
    /// `regclass`.
    public static let regclass = PGType(rawValue: 2205)
    /// `regtype`.
    public static let regtype = PGType(rawValue: 2206)
    /// `uuid`.
    public static let uuid = PGType(rawValue: 2950)
    /// `pg_lsn`.
    public static let pgLSN = PGType(rawValue: 3220)
    /// `tsvector`.
    public static let tsvector = PGType(rawValue: 3614)
    /// `tsquery`.
    public static let tsquery = PGType(rawValue: 3615)
    /// `regconfig`.
    public static let regconfig = PGType(rawValue: 3734)
    /// `regdictionary`.
    public static let regdictionary = PGType(rawValue: 3769)
    /// `jsonb`.
    public static let jsonb = PGType(rawValue: 3802)
    /// `int4range`.
    public static let int4range = PGType(rawValue: 3904)
    /// `numrange`.
    public static let numrange = PGType(rawValue: 3906)
    /// `tsrange`.
    public static let tsrange = PGType(rawValue: 3908)
    /// `tstzrange`.
    public static let tstzrange = PGType(rawValue: 3910)
    /// `daterange`.
    public static let daterange = PGType(rawValue: 3912)
    /// `int8range`.
    public static let int8range = PGType(rawValue: 3926)
    /// `jsonpath`.
    public static let jsonpath = PGType(rawValue: 4072)
    /// `regnamespace`.
    public static let regnamespace = PGType(rawValue: 4089)
    /// `regrole`.
    public static let regrole = PGType(rawValue: 4096)
    /// `regcollation`.
    public static let regcollation = PGType(rawValue: 4191)
    /// `int4multirange`.
    public static let int4multirange = PGType(rawValue: 4451)
    /// `nummultirange`.
    public static let nummultirange = PGType(rawValue: 4532)
    /// `tsmultirange`.
    public static let tsmultirange = PGType(rawValue: 4533)
    /// `tstzmultirange`.
    public static let tstzmultirange = PGType(rawValue: 4534)
    /// `datemultirange`.
    public static let datemultirange = PGType(rawValue: 4535)
    /// `int8multirange`.
    public static let int8multirange = PGType(rawValue: 4536)
    /// `pg_snapshot`.
    public static let pgSnapshot = PGType(rawValue: 5038)
    /// `txid_snapshot`, the older name of ``pgSnapshot``.
    public static let txidSnapshot = PGType(rawValue: 2970)
    /// `xid8`.
    public static let xid8 = PGType(rawValue: 5069)
    /// `unknown`: a literal that nothing gave a type.
    public static let unknown = PGType(rawValue: 705)
    /// `record`: a row of no declared type.
    public static let record = PGType(rawValue: 2249)
    /// `void`: the result of a function that returns nothing.
    public static let void = PGType(rawValue: 2278)

    /// An array of ``bool``.
    public static let boolArray = PGType(rawValue: 1000)
    /// An array of ``bytea``.
    public static let byteaArray = PGType(rawValue: 1001)
    /// An array of ``char``.
    public static let charArray = PGType(rawValue: 1002)
    /// An array of ``name``.
    public static let nameArray = PGType(rawValue: 1003)
    /// An array of ``int8``.
    public static let int8Array = PGType(rawValue: 1016)
    /// An array of ``int2``.
    public static let int2Array = PGType(rawValue: 1005)
    /// An array of ``int4``.
    public static let int4Array = PGType(rawValue: 1007)
    /// An array of ``regproc``.
    public static let regprocArray = PGType(rawValue: 1008)
    /// An array of ``text``.
    public static let textArray = PGType(rawValue: 1009)
    /// An array of ``oid``.
    public static let oidArray = PGType(rawValue: 1028)
    /// An array of ``tid``.
    public static let tidArray = PGType(rawValue: 1010)
    /// An array of ``xid``.
    public static let xidArray = PGType(rawValue: 1011)
    /// An array of ``cid``.
    public static let cidArray = PGType(rawValue: 1012)
    /// An array of ``json``.
    public static let jsonArray = PGType(rawValue: 199)
    /// An array of ``xml``.
    public static let xmlArray = PGType(rawValue: 143)
    /// An array of ``point``.
    public static let pointArray = PGType(rawValue: 1017)
    /// An array of ``lseg``.
    public static let lsegArray = PGType(rawValue: 1018)
    /// An array of ``path``.
    public static let pathArray = PGType(rawValue: 1019)
    /// An array of ``box``.
    public static let boxArray = PGType(rawValue: 1020)
    /// An array of ``polygon``.
    public static let polygonArray = PGType(rawValue: 1027)
    /// An array of ``line``.
    public static let lineArray = PGType(rawValue: 629)
    /// An array of ``cidr``.
    public static let cidrArray = PGType(rawValue: 651)
    /// An array of ``float4``.
    public static let float4Array = PGType(rawValue: 1021)
    /// An array of ``float8``.
    public static let float8Array = PGType(rawValue: 1022)
    /// An array of ``circle``.
    public static let circleArray = PGType(rawValue: 719)
    /// An array of ``macaddr8``.
    public static let macaddr8Array = PGType(rawValue: 775)
    /// An array of ``money``.
    public static let moneyArray = PGType(rawValue: 791)
    /// An array of ``macaddr``.
    public static let macaddrArray = PGType(rawValue: 1040)
    /// An array of ``inet``.
    public static let inetArray = PGType(rawValue: 1041)
    /// An array of ``bpchar``.
    public static let bpcharArray = PGType(rawValue: 1014)
    /// An array of ``varchar``.
    public static let varcharArray = PGType(rawValue: 1015)
    /// An array of ``date``.
    public static let dateArray = PGType(rawValue: 1182)
    /// An array of ``time``.
    public static let timeArray = PGType(rawValue: 1183)
    /// An array of ``timestamp``.
    public static let timestampArray = PGType(rawValue: 1115)
    /// An array of ``timestamptz``.
    public static let timestamptzArray = PGType(rawValue: 1185)
    /// An array of ``interval``.
    public static let intervalArray = PGType(rawValue: 1187)
    /// An array of ``timetz``.
    public static let timetzArray = PGType(rawValue: 1270)
    /// An array of ``bit``.
    public static let bitArray = PGType(rawValue: 1561)
    /// An array of ``varbit``.
    public static let varbitArray = PGType(rawValue: 1563)
    /// An array of ``numeric``.
    public static let numericArray = PGType(rawValue: 1231)
    /// An array of ``refcursor``.
    public static let refcursorArray = PGType(rawValue: 2201)
    /// An array of ``regprocedure``.
    public static let regprocedureArray = PGType(rawValue: 2207)
    /// An array of ``regoper``.
    public static let regoperArray = PGType(rawValue: 2208)
    /// An array of ``regoperator``.
    public static let regoperatorArray = PGType(rawValue: 2209)
    /// An array of ``regclass``.
    public static let regclassArray = PGType(rawValue: 2210)
    /// An array of ``regtype``.
    public static let regtypeArray = PGType(rawValue: 2211)
    /// An array of ``uuid``.
    public static let uuidArray = PGType(rawValue: 2951)
    /// An array of ``pgLSN``.
    public static let pgLSNArray = PGType(rawValue: 3221)
    /// An array of ``tsvector``.
    public static let tsvectorArray = PGType(rawValue: 3643)
    /// An array of ``tsquery``.
    public static let tsqueryArray = PGType(rawValue: 3645)
    /// An array of ``regconfig``.
    public static let regconfigArray = PGType(rawValue: 3735)
    /// An array of ``regdictionary``.
    public static let regdictionaryArray = PGType(rawValue: 3770)
    /// An array of ``jsonb``.
    public static let jsonbArray = PGType(rawValue: 3807)
    /// An array of ``int4range``.
    public static let int4rangeArray = PGType(rawValue: 3905)
    /// An array of ``numrange``.
    public static let numrangeArray = PGType(rawValue: 3907)
    /// An array of ``tsrange``.
    public static let tsrangeArray = PGType(rawValue: 3909)
    /// An array of ``tstzrange``.
    public static let tstzrangeArray = PGType(rawValue: 3911)
    /// An array of ``daterange``.
    public static let daterangeArray = PGType(rawValue: 3913)
    /// An array of ``int8range``.
    public static let int8rangeArray = PGType(rawValue: 3927)
    /// An array of ``jsonpath``.
    public static let jsonpathArray = PGType(rawValue: 4073)
    /// An array of ``regnamespace``.
    public static let regnamespaceArray = PGType(rawValue: 4090)
    /// An array of ``regrole``.
    public static let regroleArray = PGType(rawValue: 4097)
    /// An array of ``regcollation``.
    public static let regcollationArray = PGType(rawValue: 4192)
    /// An array of ``int4multirange``.
    public static let int4multirangeArray = PGType(rawValue: 6150)
    /// An array of ``nummultirange``.
    public static let nummultirangeArray = PGType(rawValue: 6151)
    /// An array of ``tsmultirange``.
    public static let tsmultirangeArray = PGType(rawValue: 6152)
    /// An array of ``tstzmultirange``.
    public static let tstzmultirangeArray = PGType(rawValue: 6153)
    /// An array of ``datemultirange``.
    public static let datemultirangeArray = PGType(rawValue: 6155)
    /// An array of ``int8multirange``.
    public static let int8multirangeArray = PGType(rawValue: 6157)
    /// An array of ``pgSnapshot``.
    public static let pgSnapshotArray = PGType(rawValue: 5039)
    /// An array of ``xid8``.
    public static let xid8Array = PGType(rawValue: 271)
}
