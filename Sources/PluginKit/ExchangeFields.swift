/// The fields of a request, where they lie: lent as long as the request is.
public struct ExchangeFields {
    private var rest: UnsafeRawBufferPointer

    public init(_ body: UnsafeRawBufferPointer) { rest = body }

    /// The next one; `ExchangeRefusal` where there is none, or no whole one.
    public mutating func next() throws(ExchangeRefusal) -> UnsafeRawBufferPointer {
        guard rest.count >= 4 else { throw .malformed }
        let length = Int(UInt32(littleEndian: rest.loadUnaligned(fromByteOffset: 0, as: UInt32.self)))
        guard length <= rest.count - 4 else { throw .malformed }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[(4 + length)...]) }
        return UnsafeRawBufferPointer(rebasing: rest[4..<4 + length])
    }

    public mutating func text() throws(ExchangeRefusal) -> String {
        guard let text = String(validating: try next(), as: UTF8.self) else { throw .malformed }
        return text
    }

    /// Nothing may follow.
    public func end() throws(ExchangeRefusal) {
        guard rest.isEmpty else { throw .malformed }
    }
}

/// Why a request is not done: a class for programs, a sentence for people, which never holds a value.
public struct ExchangeRefusal: Error, Equatable, Sendable {
    public let status: Status
    public let sentence: String

    public init(_ status: Status, _ sentence: String) {
        self.status = status
        self.sentence = sentence
    }

    public static let malformed = ExchangeRefusal(.invalid, "the request makes no sense")
}
