/// Bytes that are nearly those of a corpus, in the same order in every run.
package struct Mutator {
    private let seeds: [[UInt8]]
    private var random: SeededGenerator

    /// What parsers trip over: ends of ranges, separators, and bytes that are no UTF-8.
    private static let interesting: [UInt8] = [
        0x00, 0x01, 0x09, 0x0a, 0x0d, 0x1b, 0x20, 0x22, 0x27, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x39, 0x3a, 0x3d, 0x5b,
        0x5c, 0x5d,
        0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xc3, 0xed, 0xf4, 0xff,
    ]
    private static let longest = 16 << 10

    package init(_ seeds: [[UInt8]], seed: String) {
        self.seeds = seeds
        // FNV-1a: the same number for the same name, which Swift's own hashing is not.
        let number = seed.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        random = SeededGenerator(seed: number)
    }

    package mutating func next() -> [UInt8] {
        var bytes = Array(seeds[below(seeds.count)].prefix(Self.longest))
        for _ in 0...below(4) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = below(bytes.count + 1)
        let end = min(bytes.count, place + 1 + below(16))
        switch below(8) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
        case 1 where place < bytes.count: bytes[place] = interestingByte()
        case 2: bytes.insert(interestingByte(), at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 5: bytes.removeSubrange(place...)
        case 6: bytes.insert(contentsOf: repeatElement(interestingByte(), count: below(300)), at: place)
        default: splice(&bytes, at: place)
        }
    }

    /// The beginning of one with the end of another.
    private mutating func splice(_ bytes: inout [UInt8], at place: Int) {
        let other = seeds[below(seeds.count)]
        bytes.replaceSubrange(place..., with: other.suffix(below(min(other.count, Self.longest) + 1)))
    }

    private mutating func interestingByte() -> UInt8 {
        below(4) == 0 ? UInt8(below(256)) : Self.interesting[below(Self.interesting.count)]
    }

    private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
}
