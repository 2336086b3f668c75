import Testing

@testable import PGWire

@Suite("A value that one task waits for")
struct OneShotTests {
    @Test("the first value counts, whether it comes before or during the wait")
    func first() async {
        let early = OneShot<Int>()
        early.end(1)
        early.end(2)
        #expect(await early.wait { Issue.record("started") } == 1)
        let late = OneShot<Int>()
        let value = await late.wait {
            late.end(3)
            late.end(4)
        }
        #expect(value == 3)
    }

    @Test("of many that bring a value at once, one is taken")
    func race() async {
        for _ in 0..<100 {
            let shot = OneShot<Int>()
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<8 { group.addTask { shot.end(number) } }
                #expect((0..<8).contains(await shot.wait {}))
            }
        }
    }
}
