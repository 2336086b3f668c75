import PGWire

extension Workload {
    /// D_copybin: rows written by a COPY in binary format.
    static let binaryCopy = Workload("D_copybin") { settings in
        let (connection, count) = try await Bulk.prepare(settings)
        let meter = Meter()
        let copied = try await connection.copyIn("copy bulk from stdin binary") { writer in
            for number in 0..<count { try await writer.writeRow(Int64(number), try Bulk.text(number)) }
        }
        try Bulk.check(copied, count)
        return meter.stop(count)
    }

    /// D_copytext: rows written by a COPY in text format.
    static let textCopy = Workload("D_copytext") { settings in
        let (connection, count) = try await Bulk.prepare(settings)
        let meter = Meter()
        let copied = try await connection.copyIn("copy bulk from stdin") { writer in
            var lines: [UInt8] = []
            lines.reserveCapacity(64 << 10)
            for number in 0..<count {
                try Bulk.appendLine(number, to: &lines)
                if lines.count > 65_000 {
                    try await writer.write(lines)
                    lines.removeAll(keepingCapacity: true)
                }
            }
            try await writer.write(lines)
        }
        try Bulk.check(copied, count)
        return meter.stop(count)
    }
}
