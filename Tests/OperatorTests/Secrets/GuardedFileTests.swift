import Foundation
import Glibc
import Testing
import Trust

@testable import Operator

@Suite struct GuardedFileTests {
    private let vault = try! ScratchVault()
    private var path: String { "\(vault.scratch)/file" }

    private func put(_ text: String, mode: mode_t = 0o600) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        chmod(path, mode)
    }

    @Test func `a file of ours is read, and one that is not there is none`() throws {
        #expect(try GuardedFile.read(path, upTo: 10) == nil)
        #expect(try GuardedFile.read("\(path)/below", upTo: 10) == nil)
        try put("secret")
        #expect(try GuardedFile.read(path, upTo: 6) == Array("secret".utf8))
        #expect(try GuardedFile.readKey(path, upTo: 6)?.matches(Secret("secret")) == true)
        #expect(throws: OperatorError.self) { try GuardedFile.read(path, upTo: 5) }
    }

    @Test func `what others may change is refused, and a key that they may read`() throws {
        for mode: mode_t in [0o620, 0o602, 0o666] {
            try put("x", mode: mode)
            let error = #expect(throws: OperatorError.self) { try GuardedFile.read(path, upTo: 10) }
            #expect(error?.description.contains("others may change it") == true)
        }
        for mode: mode_t in [0o640, 0o604] {
            try put("x", mode: mode)
            #expect(try GuardedFile.read(path, upTo: 10) != nil)
            let error = #expect(throws: OperatorError.self) { try GuardedFile.readKey(path, upTo: 10) }
            #expect(error?.description.contains("others may read it; chmod 600") == true)
        }
    }

    @Test func `links, directories and pipes are no files`() throws {
        symlink("/etc/hostname", path)
        #expect(throws: OperatorError.self) { try GuardedFile.read(path, upTo: 1000) }
        unlink(path)
        mkdir(path, 0o700)
        #expect(throws: OperatorError.self) { try GuardedFile.read(path, upTo: 1000) }
        rmdir(path)
        // Opened as it is, it would wait for a writer for ever.
        mkfifo(path, 0o600)
        #expect(throws: OperatorError.self) { try GuardedFile.read(path, upTo: 1000) }
    }

    @Test(.enabled(if: geteuid() == 0)) func `root trusts no file of another user's`() throws {
        try put("x")
        chown(path, 12_345, 12_345)
        let error = #expect(throws: OperatorError.self) { try GuardedFile.read(path, upTo: 10) }
        #expect(error?.description.contains("belongs to user 12345") == true)
    }
}
