import Foundation

/// What an agent brings to get one tunnel: 256 random bits, good once.
struct TunnelToken: Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    static func make() -> TunnelToken {
        var generator = SystemRandomNumberGenerator()
        return TunnelToken(bytes: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    var data: Data { Data(bytes) }

    /// In a time that does not depend on where the two differ.
    func matches(_ other: Data) -> Bool {
        guard other.count == bytes.count else { return false }
        return zip(bytes, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    var description: String { "•••" }
}
