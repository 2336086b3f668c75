import Glibc

extension String {
    /// Whether it holds U+0000, which ends a text for PostgreSQL.
    ///
    /// Looked for in memory, since an iterator over the characters takes more instructions than all the rest of sending a
    /// short text.
    var hasNUL: Bool {
        unsafe utf8.span.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return false }
            return unsafe memchr(start, 0, bytes.count) != nil
        }
    }
}
