import Glibc

/// The target that `PGWIRE_FUZZ_TARGET` names.
private let target: FuzzTarget = {
    guard let name = getenv("PGWIRE_FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
        fatalError("PGWIRE_FUZZ_TARGET is none of \(FuzzTarget.allCases.map(\.rawValue))")
    }
    return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// What libFuzzer calls first. With `PGWIRE_FUZZ_SEEDS`, a folder, it writes the target's first inputs there and ends.
@_cdecl("LLVMFuzzerInitialize")
func initialize(_ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    guard let folder = getenv("PGWIRE_FUZZ_SEEDS"), let fixtures = getenv("PGWIRE_FIXTURES") else { return 0 }
    Seeds(fixtures: String(cString: fixtures)).write(for: target, to: String(cString: folder))
    exit(0)
}
