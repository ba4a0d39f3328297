/// Why a worker's output is not read at the moment. It is read when no reason is left.
struct OutputHolds: OptionSet {
    let rawValue: UInt8

    /// The operator's client has not said that it has what it was sent.
    static let unacknowledged = Self(rawValue: 1)
    /// The disk has too much of it before it.
    static let recording = Self(rawValue: 2)
}
