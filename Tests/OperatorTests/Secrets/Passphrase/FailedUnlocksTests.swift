import Testing

@testable import Operator

@Suite struct FailedUnlocksTests {
    private let now: Int64 = 1_800_000_000

    @Test func `three wrong ones are free, then each one costs twice as long, up to half a minute`() {
        var failures = FailedUnlocks()
        var waits: [Int64] = []
        for _ in 0..<10 {
            waits.append(failures.wait(for: "dan", at: now))
            failures.attempted(by: "dan", at: now)
        }
        #expect(waits == [0, 0, 0, 1, 2, 4, 8, 16, 30, 30])
        #expect(failures.wait(for: "dan", at: now + 29) == 1)
        #expect(failures.wait(for: "dan", at: now + 30) == 0)
    }

    @Test func `nobody waits for another's mistakes`() {
        var failures = FailedUnlocks()
        for _ in 0..<100 { failures.attempted(by: "mallory", at: now) }
        #expect(failures.wait(for: "mallory", at: now) == 30)
        #expect(failures.wait(for: "dan", at: now) == 0)
    }

    @Test func `nobody waits longer than half a minute, whatever the clock says`() {
        var failures = FailedUnlocks()
        for _ in 0..<100 { failures.attempted(by: "dan", at: now) }
        for moment in [now - 1_000_000, now - 1, now, 0, Int64.max / 2] {
            #expect((0...30).contains(failures.wait(for: "dan", at: moment)))
        }
    }

    @Test func `the right one, or a quiet hour, makes up for all`() {
        var failures = FailedUnlocks()
        for _ in 0..<10 { failures.attempted(by: "dan", at: now) }
        var after = failures
        after.succeeded("dan")
        #expect(after.wait(for: "dan", at: now) == 0)
        failures.attempted(by: "dan", at: now + 3600)
        #expect(failures.wait(for: "dan", at: now + 3600) == 0)
    }

    @Test func `it is the same after it was on disk`() {
        var failures = FailedUnlocks()
        for _ in 0..<5 { failures.attempted(by: "1000", at: now) }
        #expect(FailedUnlocks(file: failures.file) == failures)
        #expect(FailedUnlocks(file: failures.file).wait(for: "1000", at: now) == 4)
    }

    @Test(arguments: [
        "", "{", "[]", "{\"1000\":5}", "{\"1000\":{\"count\":-4,\"last\":5}}",
        "{\"1000\":{\"count\":99999999999999999999,\"last\":5}}",
    ])
    func `what cannot be read counts as empty`(text: String) {
        #expect(FailedUnlocks(file: Array(text.utf8)).wait(for: "1000", at: now) == 0)
    }

    @Test func `extreme numbers in the file do no harm`() {
        let text = #"{"1000":{"count":9223372036854775807,"last":9223372036854775807}}"#
        var failures = FailedUnlocks(file: Array(text.utf8))
        #expect((0...30).contains(failures.wait(for: "1000", at: now)))
        failures.attempted(by: "1000", at: now)
        #expect((0...30).contains(failures.wait(for: "1000", at: now)))
    }

    @Test func `it does not grow for ever`() {
        var failures = FailedUnlocks()
        for person in 0..<5000 { failures.attempted(by: "\(person)", at: now) }
        #expect(failures.file.count < FailedUnlocks.largestFile)
    }
}
