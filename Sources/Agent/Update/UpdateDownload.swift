import Crypto
import FoundationEssentials
import Glibc

/// A new agent on its way to the disk: counted and hashed as it comes, executable only when it is whole and right.
actor UpdateDownload {
    private let path: String
    private let file: Descriptor
    private let expected: UInt64
    private let sha256: String
    private var hash = SHA256()
    private var count: UInt64 = 0
    private var isKept = false

    init(to path: String, size: UInt64, sha256: String) throws(HomeFileError) {
        unlink(path)
        self.path = path
        expected = size
        self.sha256 = sha256
        file = try Descriptor(open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600), "create")
    }

    deinit { if !isKept { unlink(path) } }

    func append(_ bytes: [UInt8]) throws {
        count += UInt64(bytes.count)
        guard count <= expected else { throw UpdateFailure("the server sent more than it announced") }
        hash.update(data: bytes)
        do { try file.write(bytes) } catch { throw UpdateFailure("\(path): \(error)") }
    }

    func finish() throws {
        guard count == expected else {
            throw UpdateFailure("the server sent \(count) bytes and announced \(expected)")
        }
        let digest = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        guard digest == sha256 else {
            throw UpdateFailure("what the server sent has another SHA-256 than what was signed")
        }
        guard fchmod(file.number, 0o755) == 0, fsync(file.number) == 0 else {
            throw UpdateFailure("\(path): \(HomeFileError(call: "fsync"))")
        }
        isKept = true
    }
}

/// Why an update did not take place.
struct UpdateFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
