import Foundation
import Testing

@testable import Host

@Suite struct RecordingNameTests {
    private let session = UUID(uuidString: "63DFA092-5262-44AC-B04B-1533C709AB42")!

    @Test func `recordings lie by month, in UTC`() {
        let name = RecordingName(session: session, startedAt: Date(timeIntervalSince1970: 1_769_903_999))
        #expect(name.text == "2026/01/63dfa092-5262-44ac-b04b-1533c709ab42.cast")
        #expect(RecordingName(name.text) == name)
    }

    @Test(arguments: [
        "", "/etc/passwd", "../../../etc/shadow", "2026/05/../../x.cast", "2026/05/secret.cast", "2026/05",
        "2026/05/63dfa092-5262-44ac-b04b-1533c709ab42.cast/x", "20a6/05/63dfa092-5262-44ac-b04b-1533c709ab42.cast",
    ])
    func `a row that names another file names none`(text: String) {
        #expect(RecordingName(text) == nil)
    }
}
