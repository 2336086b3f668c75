import Glibc
import Testing

@testable import PGWire

@Suite("Looking up hosts")
struct ResolverTests {
    @Test("that name servers do not answer may pass, that there is no such host does not")
    func failures() {
        #expect(Resolver.failure(EAI_AGAIN).mayPass)
        #expect(Resolver.failure(EAI_SYSTEM).mayPass)
        #expect(!Resolver.failure(EAI_NONAME).mayPass)
    }
}
