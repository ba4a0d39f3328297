import Trust

extension Secret {
    /// Parts one after the other.
    convenience init(joining parts: [Secret]) {
        self.init(count: parts.reduce(0) { $0 + $1.count }) { whole in
            var start = 0
            for part in parts {
                part.withBytes { UnsafeMutableRawBufferPointer(rebasing: whole[start...]).copyMemory(from: $0) }
                start += part.count
            }
        }
    }
}
