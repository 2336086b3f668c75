import PGWire
import TestSupport
import Testing

@Suite("Shapes against the server's text", .needsServer, .needsSession)
struct GeometryRoundTripTests {
    @Test("points, lines, segments, boxes, paths, polygons and circles")
    func shapes() async throws {
        var random = SeededGenerator("shapes")
        let session = try await ValueSession.open()
        func points(_ count: Int) -> [PGPoint] { (0..<count).map { _ in random.point() } }
        try await session.check(points(200), as: "point")
        let lines = (0..<200).map { _ in PGLine(a: random.double(), b: 1.5, c: random.double()) }
        try await session.check(lines, as: "line")
        try await session.check(
            (0..<200).map { _ in PGLineSegment(start: random.point(), end: random.point()) }, as: "lseg")
        try await session.check((0..<200).map { _ in PGBox(random.point(), random.point()) }, as: "box")
        let box = try await session.connection.query("SELECT '(1,4),(3,2)'::box").decode(as: PGBox.self)
        #expect(box == [PGBox(PGPoint(x: 3, y: 2), PGPoint(x: 1, y: 4))])
        #expect(box[0].high == PGPoint(x: 3, y: 4) && box[0].low == PGPoint(x: 1, y: 2))
        try await session.check((1..<60).map { PGPath(points($0), isClosed: $0.isMultiple(of: 2)) }, as: "path")
        try await session.check((1..<60).map { PGPolygon(points($0)) }, as: "polygon")
        let circles = (0..<200).map { _ in PGCircle(center: random.point(), radius: abs(random.double())) }
        try await session.check(circles, as: "circle")
    }
}

extension SeededGenerator {
    fileprivate mutating func point() -> PGPoint { PGPoint(x: double(), y: double()) }
}
