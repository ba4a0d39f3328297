/// When each event of a recording is due, once long silences are shortened.
package struct PlaybackTimeline: Equatable, Sendable {
    package private(set) var due: [Double] = []

    package init(_ times: [Double], idleLimit: Double? = nil) {
        due.reserveCapacity(times.count)
        var last = 0.0
        var now = 0.0
        for time in times {
            let gap = max(0, time - last)
            now += idleLimit.map { min(gap, $0) } ?? gap
            last = max(last, time)
            due.append(now)
        }
    }

    package var duration: Double { due.last ?? 0 }

    /// When the first event from that time of the recording on is due.
    package func due(at time: Double, _ times: [Double]) -> Double {
        times.firstIndex { $0 >= time }.map { due[$0] } ?? duration
    }

    /// How many events are due by then.
    package func count(until time: Double) -> Int {
        var low = 0
        var high = due.count
        while low < high {
            let middle = (low + high) / 2
            if due[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
