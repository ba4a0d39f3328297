import Glibc

/// What `Host.wait` found.
public struct Readiness: Equatable, Sendable {
    /// `nextEvent()` has something.
    public var hasEvents = false
    public var isReadable = false
    public var isWritable = false

    public static let timedOut = Readiness()
}

extension Host {
    /// Sleeps until there is an event, the transport is ready, or the time is over. A transport that was closed counts
    /// as ready for whatever was asked, so that the next read or write meets the end.
    public func wait(
        transport: CInt?,
        reading: Bool,
        writing: Bool = false,
        events wantsEvents: Bool = true,
        timeout: Duration? = nil
    ) -> Readiness {
        let interest = Int16((reading ? POLLIN : 0) | (writing ? POLLOUT : 0))
        // A descriptor below zero is skipped: without interest a closed transport would wake us for ever.
        var polled = [
            pollfd(fd: wantsEvents ? events : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: interest == 0 ? -1 : transport ?? -1, events: interest, revents: 0),
        ]
        guard poll(&polled, 2, timeout.map(milliseconds) ?? -1) > 0 else { return .timedOut }
        let ended = polled[1].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
        return Readiness(
            hasEvents: polled[0].revents != 0,
            isReadable: polled[1].revents & Int16(POLLIN) != 0 || (ended && reading),
            isWritable: polled[1].revents & Int16(POLLOUT) != 0 || (ended && writing)
        )
    }
}

/// Rounded up, so that a wait never ends just before its time and spins.
private func milliseconds(_ duration: Duration) -> CInt {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0 && attoseconds >= 0 else { return 0 }
    return CInt(
        clamping: seconds.multipliedReportingOverflow(by: 1000).partialValue + (attoseconds + 999_999_999_999_999)
            / 1_000_000_000_000_000
    )
}
