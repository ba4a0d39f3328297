import CLinux
import Glibc
import NIOCore
import Testing

@testable import Broker

@Suite struct SecretsSentencesTests {
    private let places = SecretsPlaces(directory: "/srv/vigo/secrets")

    @Test func `what is wrong with the vault's files says what helps`() {
        func sentence(_ step: UInt32, _ error: Int32, isRoot: Bool = true) -> String {
            places.sentence(step: step, error: error, isRoot: isRoot) ?? ""
        }
        #expect(
            sentence(SCRIER_LAUNCHER_STEP_DIRECTORY, ENOENT)
                == "there is no secrets directory /srv/vigo/secrets: run `vigocli secrets init`"
        )
        #expect(
            sentence(SCRIER_LAUNCHER_STEP_DIRECTORY, EPERM)
                == "/srv/vigo/secrets must belong to root, to the group 60999, and have mode 1770"
        )
        #expect(
            sentence(SCRIER_LAUNCHER_STEP_DIRECTORY, EPERM, isRoot: false)
                == "/srv/vigo/secrets must be yours and have mode 0700"
        )
        #expect(
            sentence(SCRIER_LAUNCHER_STEP_KEY, ENOENT)
                == "there is no key file /srv/vigo/secrets/.master.key: run `vigocli secrets init`"
        )
        #expect(
            sentence(SCRIER_LAUNCHER_STEP_NEXT_KEY, EPERM)
                == "/srv/vigo/secrets/.master.key.next must be a regular file of root's with mode 0600 and one name"
        )
        #expect(sentence(SCRIER_LAUNCHER_STEP_LOCK, EWOULDBLOCK).contains("another process has the vault"))
        #expect(sentence(SCRIER_LAUNCHER_STEP_PLUGIN, EPERM).contains("must belong to root"))
        #expect(places.sentence(step: SCRIER_LAUNCHER_STEP_FORK, error: EAGAIN, isRoot: true) == nil)
    }

    @Test func `links above the last part of a path are resolved, the last one is not`() {
        let top = "/tmp/scrier-links-\(getpid())"
        mkdir(top, 0o755)
        mkdir(top + "/real", 0o755)
        symlink("real", top + "/link")
        defer {
            unlink(top + "/link")
            rmdir(top + "/real")
            rmdir(top)
        }
        #expect(SecretsPlaces.resolve(top + "/link/secrets") == top + "/real/secrets")
        #expect(SecretsPlaces.resolve(top + "/link") == top + "/link")
        #expect(SecretsPlaces.resolve("/secrets") == "/secrets")
        #expect(SecretsPlaces.resolve("/nowhere/at/all") == "/nowhere/at/all")
    }

    @Test func `a refusal is what the backend said, made harmless, or the class of its status`() {
        func error(_ status: Int32, _ body: [UInt8]) -> SecretsError {
            body.withUnsafeBytes { SecretsError(status: status, body: $0, label: "Vault") }
        }
        #expect(error(-24, [5, 0, 0, 0] + Array("a\u{1B}[1m".utf8)) == SecretsError(.corrupt, "a [1m"))
        #expect(error(-20, []) == SecretsError(.notFound, "there is no such secret"))
        #expect(error(-20, [9, 9]) == SecretsError(.notFound, "there is no such secret"))
        #expect(error(-22, []).code == .sealed)
        #expect(error(-4, []).code == .unavailable)
        #expect(error(-99, []).code == .unavailable)
        let long = [0xFF, 0xFF, 0, 0] + [UInt8](repeating: 65, count: 65_535)
        #expect(error(-24, long).description.count == 1024)
    }

    @Test func `the first restart is at once, later ones wait ever longer, and a good run is forgiven much`() {
        var backOff = SecretsBackOff()
        let waits = (0..<12).map { _ in backOff.next(after: .seconds(1)) }
        #expect(waits.first == .zero && waits[1] == .milliseconds(250) && waits[2] == .milliseconds(500))
        #expect(waits.last == .seconds(30) && waits == waits.sorted())
        for _ in 0..<100 { #expect(backOff.next(after: .seconds(1)) == .seconds(30)) }
        #expect(backOff.next(after: .seconds(60)) == .zero)
        #expect(backOff.next(after: .seconds(1)) == .milliseconds(250))
        backOff.reset()
        #expect(backOff.next(after: .seconds(1)) == .zero)
    }

    @Test func `a worker that served ten times as long as the vault had been away was well`() {
        var backOff = SecretsBackOff()
        // Killed every few seconds it is back at once, each time.
        for _ in 0..<20 { #expect(backOff.next(after: .seconds(6)) == .zero) }
        // One that crashes as soon as it is asked something waits, and has to serve the longer for it.
        for _ in 0..<6 { _ = backOff.next(after: .milliseconds(100)) }
        #expect(backOff.next(after: .seconds(6)) == .seconds(16))
        #expect(backOff.next(after: .seconds(59)) == .seconds(30))
        #expect(backOff.next(after: .seconds(60)) == .zero)
        for _ in 0..<3 { _ = backOff.next(after: .zero) }
        #expect(backOff.next(after: .seconds(11)) == .zero)
    }

    @Test func `what was written is wiped where it lies, for every holder of the buffer`() {
        let buffer = ByteBuffer(bytes: [1, 2, 3, 4, 5])
        let part = buffer.getSlice(at: 1, length: 3)!
        part.wipeInPlace()
        #expect(Array(buffer.readableBytesView) == [1, 0, 0, 0, 5])
    }
}
