/// Requests that no server sends: kept ones, and ones that a fixed seed makes of valid requests. The same every time. None
/// of them can name a secret of a rule.
enum ExchangeCorpus {
    static var all: [(method: String, body: [UInt8])] { kept + mutated }

    private static let kept: [(method: String, body: [UInt8])] = [
        ("get", [0, 0, 0, 0]),
        ("get", [0, 0, 0, 0, 0, 0, 0, 0]),
        ("get", [1, 0, 0, 0, 0]),
        ("get", [3, 0, 0, 0, 97, 47]),
        ("get", [255, 255, 255, 127, 97]),
        ("get", [0, 0, 0, 128]),
        ("put", [1, 0, 0, 0, 47, 1, 0, 0, 0, 47]),
        ("put", [0, 0, 0, 0, 0, 0, 0, 0]),
        ("put", [UInt8](repeating: 255, count: 64)),
        ("list", [0, 0, 0, 0, 255, 255, 255, 255]),
        ("list", [1, 0, 0, 0, 255, 1, 0, 0, 0, 254]),
        ("list", [2, 0, 0, 0, 46, 46, 0, 0, 0, 0]),
        ("verify", [4, 0, 0, 0, 255, 254, 253, 252]),
        ("verify", [1, 0, 0, 0, 0]),
        ("verify", BackendAnswer.body([[UInt8](repeating: 0x66, count: 10_000)])),
        ("verify", BackendAnswer.body([Array("2f2e2e2f2e2e".utf8)])),
        ("epoch", [0]),
        ("status", [1, 2, 3]),
        ("delete", [1, 0, 0, 0, 46]),
    ]

    private static var mutated: [(method: String, body: [UInt8])] {
        var random = Random(state: 0x5EED)
        let valid: [(String, [[UInt8]])] = [
            ("get", [Array("fuzz/one".utf8)]), ("put", [Array("fuzz/two/".utf8), [1, 2, 3, 4, 5]]),
            ("delete", [Array("fuzz/three".utf8)]), ("list", [Array("fuzz/".utf8), Array("fuzz/four".utf8)]),
            ("verify", [[]]), ("status", []), ("epoch", []),
        ]
        return (0..<400).map { _ in
            let (method, fields) = valid[random.next(below: valid.count)]
            var body = BackendAnswer.body(fields)
            for _ in 0...random.next(below: 3) {
                switch random.next(below: 4) {
                case 0 where !body.isEmpty: body[random.next(below: body.count)] ^= 1 << UInt8(random.next(below: 8))
                case 1 where !body.isEmpty: body.removeLast(random.next(below: body.count))
                case 2: body.insert(UInt8(random.next(below: 256)), at: random.next(below: body.count + 1))
                default: body += [UInt8(random.next(below: 256)), 0, 0, 0]
                }
            }
            return (method, body)
        }
    }

    private struct Random {
        var state: UInt64

        mutating func next(below bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
    }
}
