internal import MCP

extension SessionStoreContract {
    static let valueRules = [
        SessionStoreContract("a value comes back as it was stored, to the last digit") { subject in
            let handle = try await subject.opened()
            let depth = 200
            let texts = [
                "null", "true", "123", "-0", "1.0", "12345678901234567890", "1e400", "0.1000", "\"\"",
                #""\u0000 nul, é and e\#u{301}, 😀, \"quoted\" \\ ""#, "[]", "{}", #"{"b":1,"a":{"z":[1,2.50,null]}}"#,
                String(repeating: "[", count: depth) + String(repeating: "]", count: depth),
            ]
            for text in texts {
                let value = try JSONValue(parsing: text)
                try await subject.storeValue(value, "key", in: handle)
                let found = try await subject.value("key", in: handle)
                try require(found?.value.serialized(), equals: value.serialized(), text)
            }
        },
        SessionStoreContract("a key without a value is none") { subject in
            let handle = try await subject.opened()
            try require(try await subject.value("a", in: handle), equals: nil)
        },
        SessionStoreContract("keys are told apart by their bytes, and sessions have their own") { subject in
            let (first, second) = (try await subject.opened(), try await subject.opened())
            let keys = ["\u{E9}", "e\u{301}", "a", "A", "a ", " ", "'; DROP TABLE mcp_sessions; --", "a/b", "😀"]
            for (number, key) in keys.enumerated() {
                let receipt = try await subject.storeValue(JSONValue(number), key, in: first)
                try require(receipt.created, equals: true, key)
            }
            for (number, key) in keys.enumerated() {
                try require(try await subject.value(key, in: first)?.value, equals: JSONValue(number), key)
                try require(try await subject.value(key, in: second), equals: nil, key)
            }
        },
        SessionStoreContract("a key has 1 to 256 characters, none of them U+0000") { subject in
            let handle = try await subject.opened()
            for key in [String(repeating: "k", count: 256), String(repeating: "😀", count: 256)] {
                try await subject.storeValue(1, key, in: handle)
                try require(try await subject.value(key, in: handle)?.value, equals: 1)
            }
            let refused = [
                "", String(repeating: "k", count: 257), "a\u{0}b", "e" + String(repeating: "\u{301}", count: 256),
            ]
            for key in refused {
                let error = SessionStoreError.invalidArgument("a key has 1 to 256 characters, none of them U+0000")
                try await require(error) { () throws(SessionStoreError) in
                    try await subject.storeValue(1, key, in: handle)
                }
                try await require(error) { () throws(SessionStoreError) in try await subject.value(key, in: handle) }
            }
        },
        SessionStoreContract("a value with a lifetime of its own is gone after it") { subject in
            let handle = try await subject.opened()
            let receipt = try await subject.storeValue(1, "short", in: handle, timeToLive: .seconds(100))
            let session = try await subject.store.session(handle, of: .anonymous)
            try require(receipt.expiresAt.map { $0 >= session.createdAt.advanced(by: .seconds(100)) }, equals: true)
            try require(try await subject.storeValue(2, "long", in: handle).expiresAt, equals: nil)
            try await subject.elapse(.seconds(40))
            try require(try await subject.value("short", in: handle)?.value, equals: 1)
            try require(try await subject.summary(handle).keyCount, equals: 2)
            try await subject.elapse(.seconds(61))
            try require(try await subject.value("short", in: handle), equals: nil)
            let summary = try await subject.summary(handle)
            try require(summary.keyCount, equals: 1)
            try require(summary.bytes, equals: 5)
            _ = try await subject.store.sweep()
            try require(try await subject.summary(handle), equals: summary)
        },
        SessionStoreContract("a write replaces the value's lifetime too") { subject in
            let handle = try await subject.opened()
            try await subject.storeValue(1, "a", in: handle, timeToLive: .seconds(10))
            try await subject.storeValue(2, "a", in: handle)
            try await subject.elapse(.seconds(11))
            try require(try await subject.value("a", in: handle)?.value, equals: 2)
        },
        SessionStoreContract("a value's lifetime must be one that can be") { subject in
            let handle = try await subject.opened()
            for lifetime in [Duration.zero, .seconds(-5), .seconds(Int64.max)] {
                do {
                    try await subject.storeValue(1, "a", in: handle, timeToLive: lifetime)
                    throw BrokenRule(description: "stored for \(lifetime)")
                } catch SessionStoreError.invalidArgument {}
            }
        },
        SessionStoreContract("the summary counts keys and bytes as they are now") { subject in
            let handle = try await subject.opened()
            try require(try await subject.summary(handle).keyCount, equals: 0)
            try await subject.storeValue("1234", "ab", in: handle)
            try await subject.storeValue(1, "é", in: handle)
            var summary = try await subject.summary(handle)
            try require([summary.keyCount, summary.bytes], equals: [2, 11])
            try await subject.storeValue([], "ab", in: handle)
            summary = try await subject.summary(handle)
            try require([summary.keyCount, summary.bytes], equals: [2, 7])
            try require(summary.session, equals: try await subject.store.session(handle, of: .anonymous))
        },
    ]

    static let versionRules = [
        SessionStoreContract("versions count the writes of a key") { subject in
            let handle = try await subject.opened()
            let first = try await subject.storeValue("x", "a", in: handle)
            try require(first, equals: StoredValueReceipt(version: 1, created: true, expiresAt: nil))
            let second = try await subject.storeValue("x", "a", in: handle)
            try require(second, equals: StoredValueReceipt(version: 2, created: false, expiresAt: nil))
            try require(try await subject.storeValue("x", "b", in: handle).version, equals: 1)
            try require(try await subject.value("a", in: handle)?.version, equals: 2)
        },
        SessionStoreContract("a write with an expected version happens at that version only") { subject in
            let handle = try await subject.opened()
            try await require(.versionConflict(current: 0)) { () throws(SessionStoreError) in
                try await subject.storeValue(1, "a", in: handle, ifVersion: 1)
            }
            try require(try await subject.value("a", in: handle), equals: nil)
            try require(try await subject.storeValue(1, "a", in: handle, ifVersion: 0).version, equals: 1)
            try await require(.versionConflict(current: 1)) { () throws(SessionStoreError) in
                try await subject.storeValue(2, "a", in: handle, ifVersion: 0)
            }
            try require(try await subject.storeValue(3, "a", in: handle, ifVersion: 1).version, equals: 2)
            for wrong in [1, 3, Int64.max] {
                try await require(.versionConflict(current: 2)) { () throws(SessionStoreError) in
                    try await subject.storeValue(4, "a", in: handle, ifVersion: wrong)
                }
            }
            try require(try await subject.value("a", in: handle), equals: StoredValue(value: 3, version: 2))
            try await require(.invalidArgument("a version is 0 or more")) { () throws(SessionStoreError) in
                try await subject.storeValue(4, "a", in: handle, ifVersion: -1)
            }
        },
        SessionStoreContract("a version is never used twice, though the value expired between") { subject in
            for sweeps in [false, true] {
                let handle = try await subject.opened()
                try await subject.storeValue(1, "a", in: handle)
                try await subject.storeValue(2, "a", in: handle, timeToLive: .seconds(10))
                try await subject.elapse(.seconds(11))
                if sweeps { _ = try await subject.store.sweep() }
                try await require(.versionConflict(current: 0)) { () throws(SessionStoreError) in
                    try await subject.storeValue(3, "a", in: handle, ifVersion: 2)
                }
                let again = try await subject.storeValue(3, "a", in: handle, ifVersion: 0)
                try require(again, equals: StoredValueReceipt(version: 3, created: true, expiresAt: nil))
                try require(try await subject.storeValue(4, "a", in: handle).created, equals: false)
            }
        },
        SessionStoreContract("a version is never used twice, though others were written since the value expired") {
            subject in
            let handle = try await subject.opened()
            for number in 1...3 {
                try await subject.storeValue(JSONValue(number), "a", in: handle, timeToLive: .seconds(10))
            }
            try await subject.elapse(.seconds(11))
            // What has expired goes with the first of these writes, and is not there at the second.
            for key in ["b", "c"] { try await subject.storeValue(1, key, in: handle) }
            let again = try await subject.storeValue(4, "a", in: handle)
            try require(again, equals: StoredValueReceipt(version: 4, created: true, expiresAt: nil))
        },
    ]

    static let quotaRules = [
        SessionStoreContract("a session holds so many keys", limits: .small) { subject in
            let handle = try await subject.opened()
            for key in ["a", "b"] { try await subject.storeValue(1, key, in: handle) }
            try await subject.storeValue(1, "c", in: handle, timeToLive: .seconds(10))
            try await requireQuotaExceeded { () throws(SessionStoreError) in
                try await subject.storeValue(1, "d", in: handle)
            }
            try require(try await subject.value("d", in: handle), equals: nil)
            try await subject.storeValue(2, "a", in: handle)
            try require(try await subject.summary(handle).keyCount, equals: 3)
            try await subject.elapse(.seconds(11))
            try await subject.storeValue(1, "d", in: handle)
            try require(try await subject.summary(handle).keyCount, equals: 3)
        },
        SessionStoreContract("a session holds so many bytes", limits: .small) { subject in
            let handle = try await subject.opened()
            let text = String(repeating: "x", count: 40)
            try await subject.storeValue(.string(text), "a", in: handle)
            try await subject.storeValue(.string(text), "b", in: handle)
            try await requireQuotaExceeded { () throws(SessionStoreError) in
                try await subject.storeValue(.string(text), "c", in: handle)
            }
            try require(try await subject.value("c", in: handle), equals: nil)
            try await subject.storeValue(1, "a", in: handle)
            try await subject.storeValue(.string(text), "c", in: handle)
            try require(try await subject.summary(handle).bytes, equals: 2 + 43 + 43)
        },
        SessionStoreContract("a value has so many bytes", limits: .small) { subject in
            let handle = try await subject.opened()
            try await requireQuotaExceeded { () throws(SessionStoreError) in
                try await subject.storeValue(.string(String(repeating: "x", count: 99)), "a", in: handle)
            }
        },
    ]
}

extension SessionLimits {
    /// Limits that are soon reached.
    static var small: SessionLimits {
        var limits = SessionLimits()
        limits.maximumSessionsPerPrincipal = 2
        limits.maximumKeys = 3
        limits.maximumBytes = 100
        limits.maximumValueBytes = 100
        limits.maximumStreams = 2
        limits.maximumEventsPerStream = 3
        limits.maximumEventBytesPerStream = 10
        limits.endedStreamRetention = .seconds(60)
        return limits
    }
}
