/// The counterpart of `PayloadReader`.
struct PayloadWriter {
    private(set) var bytes: [UInt8] = []

    mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func boolean(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func data(_ value: some Collection<UInt8>) {
        integer(UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func string(_ value: String) { data(value.utf8) }

    mutating func raw(_ value: some Collection<UInt8>) { bytes.append(contentsOf: value) }
}
