internal import MCP

extension SessionStoreContract {
    static let deletionRules = [
        SessionStoreContract("a value that was deleted is gone, and its version is not used again") { subject in
            let handle = try await subject.opened()
            try require(try await subject.delete("a", in: handle), equals: false)
            try await subject.storeValue(1, "a", in: handle)
            try await subject.storeValue(2, "a", in: handle)
            try await subject.storeValue(3, "b", in: handle)
            try require(try await subject.delete("a", in: handle), equals: true)
            try require(try await subject.value("a", in: handle), equals: nil)
            try require(try await subject.delete("a", in: handle), equals: false)
            let summary = try await subject.summary(handle)
            try require([summary.keyCount, summary.bytes], equals: [1, 2])
            let again = try await subject.storeValue(4, "a", in: handle)
            try require(again, equals: StoredValueReceipt(version: 3, created: true, expiresAt: nil))
        },
        SessionStoreContract("a value is deleted at the expected version only") { subject in
            let handle = try await subject.opened()
            try await subject.storeValue(1, "a", in: handle)
            try await subject.storeValue(2, "a", in: handle)
            for wrong in [0, 1, 3] as [Int64] {
                try await require(.versionConflict(current: 2)) { () throws(SessionStoreError) in
                    try await subject.delete("a", in: handle, ifVersion: wrong)
                }
            }
            try require(try await subject.delete("a", in: handle, ifVersion: 2), equals: true)
            try require(try await subject.delete("a", in: handle, ifVersion: 2), equals: false)
            try await require(.invalidArgument("a version is 0 or more")) { () throws(SessionStoreError) in
                try await subject.delete("a", in: handle, ifVersion: -1)
            }
        },
        SessionStoreContract("an expired value is none to delete") { subject in
            let handle = try await subject.opened()
            try await subject.storeValue(1, "a", in: handle, timeToLive: .seconds(10))
            try await subject.elapse(.seconds(11))
            try require(try await subject.delete("a", in: handle, ifVersion: 7), equals: false)
            try require(try await subject.summary(handle).keyCount, equals: 0)
        },
        SessionStoreContract("clearing removes all values, and the session goes on") { subject in
            let (handle, other) = (try await subject.opened(), try await subject.opened())
            for key in ["a", "b", "c"] { try await subject.storeValue(1, key, in: handle) }
            try await subject.storeValue(2, "a", in: handle)
            try await subject.storeValue(1, "d", in: handle, timeToLive: .seconds(10))
            try await subject.storeValue(1, "a", in: other)
            try await subject.elapse(.seconds(11))
            try require(try await subject.store.clear(handle, of: .anonymous), equals: 3)
            try require(try await subject.store.clear(handle, of: .anonymous), equals: 0)
            let summary = try await subject.summary(handle)
            try require([summary.keyCount, summary.bytes], equals: [0, 0])
            try require(try await subject.value("a", in: other)?.value, equals: 1)
            try require(try await subject.storeValue(1, "new", in: handle).version > 2, equals: true)
        },
    ]

    static let incrementRules = [
        SessionStoreContract("adding begins at 0 and keeps every digit") { subject in
            let handle = try await subject.opened()
            try require(try await subject.add(5, "n", in: handle), equals: StoredInteger(value: 5, version: 1))
            try require(try await subject.add(-7, "n", in: handle), equals: StoredInteger(value: -2, version: 2))
            try require(try await subject.value("n", in: handle), equals: StoredValue(value: -2, version: 2))
            let most = try JSONValue(parsing: "9223372036854775806")
            try await subject.storeValue(most, "n", in: handle)
            try require(try await subject.add(1, "n", in: handle).value, equals: .max)
            try require(try await subject.value("n", in: handle)?.value.description, equals: "\(Int64.max)")
            try require(try await subject.add(.min, "n", in: handle).value, equals: -1)
            try require(try await subject.add(.min + 1, "n", in: handle).value, equals: .min)
            try await subject.storeValue(try JSONValue(parsing: "-0"), "n", in: handle)
            try require(try await subject.add(0, "n", in: handle).value, equals: 0)
            try require(try await subject.value("n", in: handle)?.value.description, equals: "0")
            let summary = try await subject.summary(handle)
            try require([summary.keyCount, summary.bytes], equals: [1, 2])
        },
        SessionStoreContract("a sum that does not fit is refused and changes nothing") { subject in
            let handle = try await subject.opened()
            for (text, amount) in [("9223372036854775807", 1), ("-9223372036854775808", -1), ("-2", Int64.min)] {
                let receipt = try await subject.storeValue(try JSONValue(parsing: text), "n", in: handle)
                try await require(.numberOutOfRange) { () throws(SessionStoreError) in
                    try await subject.add(amount, "n", in: handle)
                }
                let found = try await subject.value("n", in: handle)
                try require(found?.value.description, equals: text)
                try require(found?.version, equals: receipt.version)
            }
        },
        SessionStoreContract("nothing can be added to what is no integer") { subject in
            let handle = try await subject.opened()
            let texts = [
                "null", "true", "\"1\"", "[1]", "{}", "1.5", "1.0", "1e2", "9223372036854775808",
                "-9223372036854775809", "12345678901234567890123", "1e400",
            ]
            for text in texts {
                try await subject.storeValue(try JSONValue(parsing: text), "n", in: handle)
                try await require(.notANumber) { () throws(SessionStoreError) in
                    try await subject.add(1, "n", in: handle)
                }
                try require(try await subject.value("n", in: handle)?.value.description, equals: text)
            }
        },
        SessionStoreContract("adding keeps the value's lifetime, and an expired value counts as none") { subject in
            let handle = try await subject.opened()
            try await subject.storeValue(1, "n", in: handle, timeToLive: .seconds(100))
            try await subject.elapse(.seconds(60))
            try require(try await subject.add(1, "n", in: handle).value, equals: 2)
            try await subject.elapse(.seconds(60))
            try require(try await subject.value("n", in: handle), equals: nil)
            try require(try await subject.add(1, "n", in: handle), equals: StoredInteger(value: 1, version: 3))
            try await subject.elapse(.seconds(200))
            try require(try await subject.value("n", in: handle)?.value, equals: 1)
        },
        SessionStoreContract("adding heeds the limits of the session", limits: .small) { subject in
            let handle = try await subject.opened()
            for key in ["a", "b", "c"] { _ = try await subject.add(1, key, in: handle) }
            try await requireQuotaExceeded { () throws(SessionStoreError) in
                try await subject.add(1, "d", in: handle)
            }
            try require(try await subject.add(1, "a", in: handle).value, equals: 2)
            try await subject.storeValue(.string(String(repeating: "x", count: 90)), "b", in: handle)
            try await requireQuotaExceeded { () throws(SessionStoreError) in
                try await subject.add(1_000_000_000_000, "a", in: handle)
            }
            try require(try await subject.value("a", in: handle)?.value, equals: 2)
        },
        SessionStoreContract("of many that add at once each counts, and each has a version of its own") { subject in
            let handle = try await subject.opened()
            let sums = try await concurrently(32) { _ in
                var sums: [StoredInteger] = []
                for _ in 0..<5 { sums.append(try await subject.add(1, "n", in: handle)) }
                return sums
            }.flatMap { $0 }
            try require(sums.map(\.value).sorted(), equals: Array(1...160))
            try require(sums.allSatisfy { $0.value == $0.version }, equals: true)
        },
    ]

    static let listRules = [
        SessionStoreContract("keys are listed in the order of their bytes, with version, size and expiry") { subject in
            let handle = try await subject.opened()
            let page = try await subject.list(in: handle)
            try require(page, equals: StoredKeys(keys: [], next: nil))
            for key in ["b", "a", "é", "😀", "\u{FFFD}", "aa", "A", "e\u{301}"] {
                try await subject.storeValue("123", key, in: handle)
            }
            try await subject.storeValue(1, "b", in: handle)
            let receipt = try await subject.storeValue([1], "short", in: handle, timeToLive: .seconds(10))
            let all = try await subject.list(in: handle).keys
            try require(
                all.map { Array($0.key.utf8) },
                equals: ["A", "a", "aa", "b", "e\u{301}", "short", "é", "\u{FFFD}", "😀"].map { Array($0.utf8) })
            try require(all[3], equals: StoredKey(key: "b", version: 2, size: 1, expiresAt: nil))
            try require(all[5], equals: StoredKey(key: "short", version: 1, size: 3, expiresAt: receipt.expiresAt))
            try await subject.elapse(.seconds(11))
            try require(try await subject.list(in: handle).keys.contains { $0.key == "short" }, equals: false)
        },
        SessionStoreContract("a prefix selects the keys that begin with it, byte by byte") { subject in
            let handle = try await subject.opened()
            let last = "\u{10FFFF}"
            let keys = [
                "a", "a/", "a/1", "a/2", "a0", "b", "e\u{301}", "é", "a%", "a_", "\u{D7FF}x", "\u{E000}", last,
                last + "z",
            ]
            for key in keys { try await subject.storeValue(1, key, in: handle) }
            for prefix in ["", "a", "a/", "e", "é", "%", "a%", "\u{D7FF}", last, last + last, "none"] {
                let expected = keys.filter { $0.utf8.starts(with: prefix.utf8) }
                    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                let found = try await subject.list(prefix, in: handle).keys.map(\.key)
                try require(found.map { Array($0.utf8) }, equals: expected.map { Array($0.utf8) }, prefix)
            }
        },
        SessionStoreContract("a page ends where it is full, and the next one begins there") { subject in
            let handle = try await subject.opened()
            for number in 10..<17 { try await subject.storeValue(1, "k\(number)", in: handle) }
            var (pages, cursor): ([[String]], KeyCursor?) = ([], nil)
            repeat {
                let page = try await subject.list("k1", after: cursor, limit: 3, in: handle)
                pages.append(page.keys.map(\.key))
                cursor = page.next
                if let text = cursor?.text { try require(KeyCursor(text), equals: cursor) }
            } while cursor != nil
            try require(pages, equals: [["k10", "k11", "k12"], ["k13", "k14", "k15"], ["k16"]])
            let exact = try await subject.list(limit: 7, in: handle)
            try require([exact.keys.count, exact.next == nil ? 0 : 1], equals: [7, 0])
        },
        SessionStoreContract("who turns the pages sees what stays, once, whatever else is written") { subject in
            let handle = try await subject.opened()
            for number in 10..<30 { try await subject.storeValue(1, "k\(number)", in: handle) }
            var (seen, cursor): ([String], KeyCursor?) = ([], nil)
            repeat {
                let page = try await subject.list(after: cursor, limit: 4, in: handle)
                seen += page.keys.map(\.key)
                cursor = page.next
                // The key at the cursor goes, others come before and behind it, and one is written over.
                if let last = page.keys.last { _ = try await subject.delete(last.key, in: handle) }
                try await subject.storeValue(2, "a\(seen.count)", in: handle)
                try await subject.storeValue(2, "k20", in: handle)
            } while cursor != nil
            try require(seen, equals: (10..<30).map { "k\($0)" })
        },
        SessionStoreContract("pages and prefixes that cannot be are refused") { subject in
            let handle = try await subject.opened()
            for limit in [0, -1, 1001, Int.max] {
                try await require(.invalidArgument("a page has 1 to 1000 keys")) { () throws(SessionStoreError) in
                    try await subject.list(limit: limit, in: handle)
                }
            }
            for prefix in ["a\u{0}", String(repeating: "k", count: 257)] {
                let error = SessionStoreError.invalidArgument(
                    "a prefix has at most 256 characters, none of them U+0000")
                try await require(error) { () throws(SessionStoreError) in
                    try await subject.list(prefix, in: handle)
                }
            }
            for text in ["", "AQ", "AGE", "AmE", "AWE=", "AWEx!", "AWEA", "AYA", String(repeating: "A", count: 9999)] {
                try require(KeyCursor(text), equals: nil, text)
            }
        },
    ]
}

extension SubjectStore {
    fileprivate func delete(
        _ key: String, in handle: SessionHandle, ifVersion: Int64? = nil
    ) async throws(SessionStoreError) -> Bool {
        try await store.deleteValue(forKey: key, in: handle, of: .anonymous, ifVersion: ifVersion)
    }

    fileprivate func add(
        _ amount: Int64, _ key: String, in handle: SessionHandle
    ) async throws(SessionStoreError) -> StoredInteger {
        try await store.incrementValue(forKey: key, by: amount, in: handle, of: .anonymous)
    }

    fileprivate func list(
        _ prefix: String = "", after cursor: KeyCursor? = nil, limit: Int = 1000, in handle: SessionHandle
    ) async throws(SessionStoreError) -> StoredKeys {
        try await store.keys(withPrefix: prefix, after: cursor, limit: limit, in: handle, of: .anonymous)
    }
}
