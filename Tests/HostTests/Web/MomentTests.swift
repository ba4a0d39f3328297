import Foundation
import Testing

@testable import Host

@Suite struct MomentTests {
    private static let distances: [(Double, String)] = [
        (0, "just now"), (44, "just now"), (45, "1 min ago"), (150, "3 min ago"), (3600, "1 hour ago"),
        (86_400 * 2, "2 days ago"),
        (86_400 * 70, "2 months ago"), (86_400 * 800, "2 years ago"), (-3, "just now"), (-30, "in a moment"),
        (-7200, "in 2 hours"),
    ]

    @Test(arguments: distances)
    func `times are said as people say them`(seconds: Double, text: String) {
        #expect(Moment.distance(seconds) == text)
    }

    @Test func `a moment has a date for machines and one for people`() {
        let moment = Moment(Date(timeIntervalSince1970: 1_777_986_180), now: Date(timeIntervalSince1970: 1_777_986_240))
        #expect(moment.iso == "2026-05-05T13:03:00.000Z" && moment.full == "2026-05-05 13:03:00 UTC")
        #expect(moment.text == "1 min ago")
    }

    @Test(arguments: [(0.4 as Double, "0 s"), (59, "59 s"), (64, "1 min 04 s"), (3840, "1 h 04 min")])
    func `durations are short`(seconds: Double, text: String) { #expect(Moment.duration(seconds) == text) }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_440_000, "1.4 MB"), (999_999, "1.0 MB"),
        (123_456_789, "123 MB"),
    ])
    func `amounts are short`(bytes: Int, text: String) { #expect(ByteCount.text(bytes) == text) }
}
