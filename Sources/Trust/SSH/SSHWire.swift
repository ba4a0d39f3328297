/// Reads SSH's wire format (RFC 4251 section 5); `nil` at the first value that does not fit.
package struct SSHWireReader {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

    package var isAtEnd: Bool { rest.isEmpty }

    package mutating func string() -> ArraySlice<UInt8>? {
        var ahead = self
        guard let length = ahead.integer(), let value = ahead.raw(Int(length)) else { return nil }
        self = ahead
        return value
    }

    package mutating func text() -> String? {
        string().flatMap { String(validating: $0, as: UTF8.self) }
    }

    package mutating func integer() -> UInt32? {
        raw(4).map { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    package mutating func byte() -> UInt8? { rest.popFirst() }

    package mutating func raw(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A positive `mpint`, big-endian in exactly `width` bytes; `nil` for one that is larger.
    package mutating func number(width: Int) -> [UInt8]? {
        guard let bytes = string(), bytes.first.map({ $0 < 0x80 }) ?? false else { return nil }
        let digits = bytes.drop { $0 == 0 }
        guard digits.count <= width else { return nil }
        return Array(repeating: 0, count: width - digits.count) + digits
    }
}

/// Writes SSH's wire format.
package struct SSHWireWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func integer(_ value: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    package mutating func string(_ value: some Collection<UInt8>) {
        integer(UInt32(value.count))
        bytes += value
    }

    package mutating func raw(_ value: some Sequence<UInt8>) { bytes += value }
}
