/// Three numbers between dots, which is all that a version of the agent can be: anything else cannot be compared.
struct ReleaseVersion: Comparable, CustomStringConvertible, Sendable {
    let numbers: [UInt32]

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var numbers: [UInt32] = []
        for part in parts {
            // One spelling a number: what is signed is what is compared.
            guard let number = UInt32(part), "\(number)" == part else { return nil }
            numbers.append(number)
        }
        self.numbers = numbers
    }

    var description: String { numbers.map(String.init).joined(separator: ".") }

    static func < (left: Self, right: Self) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}
