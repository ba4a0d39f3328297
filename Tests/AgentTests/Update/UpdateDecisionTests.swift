import Testing
import Wire

@testable import Agent

struct UpdateDecisionTests {
    let releaser = Releaser()

    private func decide(
        _ change: (inout Vigo_Agent_V1_AgentUpdate) -> Void = { _ in },
        version: String = "0.2.0",
        running: String = "0.1.0"
    ) throws -> UpdateDecision {
        let offer = try releaser.offer(version, change: change)
        return UpdateDecision(offer, running: running, on: ("linux", "x86_64"), key: releaser.releaseKey)
    }

    private func isRefused(_ decision: UpdateDecision, because part: String) -> Bool {
        guard case .refuse(let reason) = decision else { return false }
        return reason.contains(part)
    }

    @Test func `a newer version that the key has signed is taken`() throws {
        guard case .install(let manifest) = try decide() else {
            Issue.record("not taken")
            return
        }
        #expect(manifest.version == "0.2.0")
    }

    @Test func `the version that runs is skipped, whatever stands beside it`() throws {
        #expect(try decide({ $0.signature = "" }, version: "0.1.0") == .skip)
    }

    @Test func `an older version is refused though it is signed`() throws {
        #expect(isRefused(try decide(version: "0.1.9", running: "0.1.10"), because: "older"))
    }

    @Test func `an agent built without a key never updates itself`() throws {
        let offer = try releaser.offer()
        for sentinel in [String(repeating: "0", count: 64), "", "zz"] {
            let key = ReleaseKey(hexadecimal: sentinel)
            let decision = UpdateDecision(offer, running: "0.1.0", on: ("linux", "x86_64"), key: key)
            #expect(isRefused(decision, because: "without a release key"))
        }
    }

    @Test func `no signature, another's and one for something else are refused`() throws {
        #expect(isRefused(try decide({ $0.signature = "" }), because: "not signed"))
        let another = try Releaser().offer().signature
        #expect(isRefused(try decide({ $0.signature = another }), because: "not by the key"))
        let older = try releaser.offer("0.1.5").signature
        #expect(isRefused(try decide({ $0.signature = older }), because: "not by the key"))
        #expect(isRefused(try decide({ $0.signature += "AA==" }), because: "not by the key"))
    }

    @Test(arguments: ["os", "arch", "sha256"])
    func `a signature covers every word of the offer`(_ field: String) throws {
        let decision = try decide { offer in
            switch field {
            case "os": offer.os = "freebsd"
            case "arch": offer.arch = "aarch64"
            default: offer.sha256 = String(offer.sha256.reversed())
            }
        }
        #expect(isRefused(decision, because: field == "sha256" ? "not by the key" : "not for this machine"))
    }

    @Test(arguments: ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-beta", "1.2.x", "1..3", "4294967296.0.0", "1.2.3\n"])
    func `what is no version makes no sense`(_ version: String) throws {
        #expect(isRefused(try decide(version: version), because: "makes no sense"))
    }

    @Test func `a size of nothing, or of more than any agent has, makes no sense`() throws {
        #expect(isRefused(try decide({ $0.size = 0 }), because: "makes no sense"))
        #expect(isRefused(try decide({ $0.size = UpdateDecision.largest + 1 }), because: "makes no sense"))
    }

    @Test func `versions are compared by their numbers`() throws {
        let sorted = ["0.1.9", "0.1.10", "0.2.0", "1.0.0", "10.0.0"].compactMap(ReleaseVersion.init)
        #expect(sorted.count == 5)
        #expect(sorted.shuffled().sorted() == sorted)
    }

    @Test func `what is signed is the purpose and canonical JSON`() throws {
        let manifest = try #require(
            UpdateManifest(version: "0.2.0", os: "linux", arch: "x86_64", sha256: String(repeating: "a", count: 64))
        )
        let digest = String(repeating: "a", count: 64)
        let text =
            "vigo agent release 1\0"
            + #"{"arch":"x86_64","os":"linux","sha256":""# + digest + #"","version":"0.2.0"}"#
        #expect(manifest.signedBytes == Array(text.utf8))
    }
}
