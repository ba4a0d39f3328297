import Testing
import Wire

@testable import Host

@Suite struct SessionLifecycleTests {
    @Test func `a session waits, connects, is ready and is closed`() {
        var session = SessionLifecycle()
        #expect(session.state == .waiting)
        #expect(session.agentConnected() && session.state == .connecting)
        #expect(session.becameReady() && session.state == .ready)
        #expect(session.ended(.targetEnded(status: 3, signal: nil)) && session.state == .closed)
        #expect(session.ending?.exitStatus == 3)
    }

    @Test func `nothing is skipped and nothing goes back`() {
        var session = SessionLifecycle()
        #expect(!session.becameReady())
        #expect(session.agentConnected() && !session.agentConnected())
        #expect(session.becameReady() && !session.becameReady())
        #expect(!session.agentConnected() && session.state == .ready)
    }

    @Test func `the first ending counts`() {
        var session = SessionLifecycle()
        #expect(session.ended(.terminated(by: "dan")))
        #expect(!session.ended(.tunnelLost))
        #expect(session.ending == .terminated(by: "dan") && session.state == .closed)
        #expect(!session.agentConnected() && !session.becameReady())
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
