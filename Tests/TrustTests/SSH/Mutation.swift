import Corpus

/// Bytes changed, left out or put in, at random and the same in every run.
struct Mutation {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func next(of original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let byte = UInt8.random(in: .min ... .max, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0 where !bytes.isEmpty: bytes[Int.random(in: bytes.indices, using: &random)] = byte
            case 1 where !bytes.isEmpty: bytes.remove(at: Int.random(in: bytes.indices, using: &random))
            default: bytes.insert(byte, at: Int.random(in: 0...bytes.count, using: &random))
            }
        }
        return bytes
    }
}
