import Foundation
import Testing

@testable import Host

@Suite struct RecordingRetentionTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func kept(_ recordings: [(daysAgo: Double, gib: Double)]) -> [RecordingRetention.Kept] {
        recordings.map {
            .init(
                startedAt: now.addingTimeInterval(-$0.daysAgo * 86_400 - 3600),
                endedAt: now.addingTimeInterval(-$0.daysAgo * 86_400),
                bytes: Int($0.gib * Double(1 << 30))
            )
        }
    }

    private func chosen(_ retention: RecordingRetention, _ recordings: [(daysAgo: Double, gib: Double)]) -> [Int] {
        retention.choose(from: kept(recordings), at: now).map(\.position)
    }

    @Test func `without limits nothing goes`() {
        #expect(chosen(RecordingRetention(), [(5000, 100), (0, 100)]) == [])
    }

    @Test func `what ended longer ago than the days goes`() {
        #expect(chosen(RecordingRetention(days: 30), [(31, 1), (30.01, 1), (29.99, 1), (0, 1)]) == [0, 1])
    }

    @Test func `the oldest go until the rest fits`() {
        let retention = RecordingRetention(largest: 3 << 30)
        #expect(chosen(retention, [(9, 1), (8, 1), (7, 1), (6, 1), (5, 1)]) == [0, 1])
        #expect(chosen(retention, [(9, 1), (8, 1), (7, 1)]) == [])
        #expect(chosen(retention, [(9, 0.5), (8, 4)]) == [0, 1], "one that is too large by itself goes as well")
    }

    @Test func `what age takes counts no more for the size`() {
        let retention = RecordingRetention(days: 30, largest: 2 << 30)
        #expect(chosen(retention, [(40, 5), (3, 1), (2, 1)]) == [0])
    }

    @Test func `the reason says which limit it was`() {
        let reasons = RecordingRetention(days: 1, largest: 1 << 30).choose(from: kept([(2, 1), (0.5, 2)]), at: now)
        #expect(reasons.map(\.reason) == ["older than 1 day", "the oldest, and all together were larger than 1 GiB"])
    }
}
