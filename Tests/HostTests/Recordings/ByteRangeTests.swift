import Testing

@testable import Host

@Suite struct ByteRangeTests {
    @Test(
        arguments: [
            (nil, .whole), ("bytes=0-4", .part(ByteRange(first: 0, last: 4))),
            ("bytes=5-", .part(ByteRange(first: 5, last: 9))),
            ("bytes=-3", .part(ByteRange(first: 7, last: 9))), ("bytes=-30", .part(ByteRange(first: 0, last: 9))),
            ("bytes=8-100", .part(ByteRange(first: 8, last: 9))), ("bytes=10-", .unsatisfiable),
            ("bytes=-0", .unsatisfiable),
            ("bytes=5-4", .whole), ("bytes=0-1,3-4", .whole), ("lines=0-4", .whole), ("bytes=", .whole),
            ("bytes=-", .whole),
            ("bytes=x-4", .whole), ("bytes=99999999999999999999-", .whole),
        ] as [(String?, ByteRange.Answer)]
    )
    func `a header asks for a part or gets the whole`(header: String?, answer: ByteRange.Answer) {
        #expect(ByteRange.answer(header, size: 10) == answer)
    }
}
