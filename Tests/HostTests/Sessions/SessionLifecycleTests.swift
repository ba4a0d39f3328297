import Testing
import Wire

@testable import Host

@Suite struct SessionLifecycleTests {
    @Test func `a session waits, connects, is ready and is closed`() {
        var session = SessionLifecycle()
        #expect(session.state == .waiting)
        let states = [session.agentConnected(), session.becameReady()]
        #expect(states == [true, true] && session.state == .ready)
        let isFirst = session.ended(.targetEnded(status: 3, signal: nil))
        #expect(isFirst && session.state == .closed)
        #expect(session.ending?.exitStatus == 3)
    }

    @Test func `nothing is skipped and nothing goes back`() {
        var session = SessionLifecycle()
        let early = session.becameReady()
        let connected = [session.agentConnected(), session.agentConnected()]
        let ready = [session.becameReady(), session.becameReady()]
        let late = session.agentConnected()
        #expect(!early && !late && connected == [true, false] && ready == [true, false] && session.state == .ready)
    }

    @Test func `the first ending counts`() {
        var session = SessionLifecycle()
        let counted = [session.ended(.terminated(by: "dan")), session.ended(.tunnelLost)]
        #expect(counted == [true, false])
        #expect(session.ending == .terminated(by: "dan") && session.state == .closed)
        let revived = [session.agentConnected(), session.becameReady()]
        #expect(revived == [false, false])
    }

    @Test(arguments: [
        (SessionEnding.operatorClosed, SessionState.closed), (.terminated(by: "x"), .closed),
        (.serverStopping, .closed),
        (.nobodyAttached, .closed), (.targetEnded(status: 0, signal: nil), .closed), (.tunnelLost, .failed),
        (.protocolFailed("The SSH plugin crashed (SIGSEGV)"), .failed), (.setUpFailed("no"), .failed),
    ])
    func `an ending of a ready session that somebody wanted is closed, any other failed`(
        ending: SessionEnding,
        expected: SessionState
    ) {
        var session = SessionLifecycle()
        _ = session.agentConnected()
        _ = session.becameReady()
        _ = session.ended(ending)
        #expect(session.state == expected)
    }

    @Test func `a target that ends before anybody was let in is a failure`() {
        var session = SessionLifecycle()
        _ = session.agentConnected()
        _ = session.ended(.targetEnded(status: nil, signal: nil))
        #expect(session.state == .failed)
    }

    @Test func `every ending has a sentence`() {
        #expect(SessionEnding.serverStopping.reason == "the server is stopping")
        #expect(SessionEnding.targetEnded(status: nil, signal: "TERM").reason.contains("TERM"))
        #expect(SessionEnding.terminated(by: "dan").reason == "terminated by dan")
    }
}
