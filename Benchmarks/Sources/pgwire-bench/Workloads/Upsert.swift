import PGWire

/// The statement that stores a value of a session, in the table `kv`.
enum Upsert {
    static func statement(_ session: PGUUID, step: Int) -> PGQuery {
        let value = PGJSONB(#"{"step": \#(step), "note": "the quick brown fox jumps over"}"#)
        return """
            insert into kv(session_id,key,value) values(\(session),\("state"),\(value)::jsonb) \
            on conflict (session_id,key) do update set value=excluded.value
            """
    }

    /// One of the rows that there are, written as any other.
    static var warmUp: PGQuery {
        var keys = Keys(seed: 0)
        return statement(keys.next(), step: 0)
    }

    /// The sessions of the benchmark, ten thousand of them, in an order of chance that is the same in every run.
    struct Keys {
        private var state: UInt64

        init(seed: Int) {
            state = 88_172_645_463_325_252 ^ UInt64(truncatingIfNeeded: seed) << 32
        }

        mutating func next() -> PGUUID {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            // The decimal digits of a number below ten thousand, as the last hexadecimal digits of the UUID.
            let number = state % 10_000
            let digits = (number / 1000) << 12 | (number / 100 % 10) << 8 | (number / 10 % 10) << 4 | number % 10
            var bytes = [UInt8](repeating: 0, count: 16)
            bytes[14] = UInt8(truncatingIfNeeded: digits >> 8)
            bytes[15] = UInt8(truncatingIfNeeded: digits)
            guard let session = PGUUID(bytes: bytes) else { preconditionFailure("sixteen bytes are a UUID") }
            return session
        }
    }
}
