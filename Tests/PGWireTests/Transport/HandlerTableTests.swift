import Testing

@testable import PGWire

@Suite("The handlers of a loop")
struct HandlerTableTests {
    private final class Handler: EventHandler {
        func ready(_ readiness: Readiness) {}
    }

    @Test("a handler is found by its registration until it is removed, which is done once")
    func finding() {
        var table = HandlerTable()
        let handlers = (0..<20).map { _ in Handler() }
        let registrations = handlers.map { table.insert($0) }
        #expect(Set(registrations).count == 20)
        #expect(!registrations.contains { $0.rawValue == 0 })
        let removals = [table.remove(registrations[7]), table.remove(registrations[7])]
        #expect(removals == [true, false])
        for (index, registration) in registrations.enumerated() {
            #expect(table[registration] === (index == 7 ? nil : handlers[index]))
        }
    }

    @Test("an event that comes late finds nobody, also where another has taken the place")
    func lateness() {
        var table = HandlerTable()
        let old = table.insert(Handler())
        let handler = Handler()
        let wasRemoved = table.remove(old)
        let new = table.insert(handler)
        #expect(wasRemoved)
        #expect(table[old] == nil)
        let wasRemovedAgain = table.remove(old)
        #expect(!wasRemovedAgain)
        #expect(table[new] === handler)
        #expect(table[PGEventLoop.Registration(rawValue: .max)] == nil)
    }
}
