import Glibc
import PluginKit

/// Seals everything with the newest key, file by file, so that requests are answered in between. It may end at any moment:
/// each file says by itself which key it is sealed with, and both keys are there until it is through.
final class Reseal {
    /// Who waits for it.
    var requests: [UInt32]
    private var left: [SecretKey]
    private var count = 0
    private var failures = 0
    /// Directories with a file that was put in place and may not be on the disk yet.
    private var unsynced: Set<[String]> = []

    init(_ keys: [SecretKey], for request: UInt32) {
        left = keys.reversed()
        requests = [request]
    }

    /// One file; false when there is none left. `wrote` hears of each that was sealed anew.
    func step(_ files: SecretFiles, _ body: ExchangeBody, wrote: (SecretKey, Stamp) -> Void) -> Bool {
        guard let key = left.popLast() else { return false }
        do {
            if try isSealedWithNewest(key, files) { return true }
            body.removeAll()
            defer { body.removeAll() }
            _ = try files.get(key, into: body)
            var fields = ExchangeFields(body.bytes)
            wrote(key, try files.put(key, try fields.next(), syncsDirectory: false))
            unsynced.insert(KeyPath(key).directories)
            count += 1
        } catch {
            if !Self.isDeletedMeanwhile(error) { failures += 1 }
        }
        return true
    }

    private static func isDeletedMeanwhile(_ error: any Error) -> Bool {
        (error as? StorageFailure)?.isMissing == true || (error as? ExchangeRefusal)?.status == .notFound
    }

    private func isSealedWithNewest(_ key: SecretKey, _ files: SecretFiles) throws -> Bool {
        let (file, _) = try files.read(KeyPath(key))
        return try SealedHeader(file).keyID == files.keys.newest.id
    }

    /// The answer, once everything is on the disk.
    func finish(_ storage: Storage, into body: ExchangeBody) throws(ExchangeRefusal) {
        for names in unsynced {
            do throws(StorageFailure) {
                if let directory = try storage.directory(names) { try storage.sync(directory) }
            } catch {
                let reason = String(cString: strerror(error.error))
                throw ExchangeRefusal(.unavailable, "what was sealed anew could not be written: \(reason)")
            }
        }
        guard failures == 0 else {
            let these = failures == 1 ? "one secret" : "\(failures) secrets"
            throw ExchangeRefusal(
                .corrupt,
                "\(these) could not be sealed anew, \(count) were; verify says which and why"
            )
        }
        body.append("\(count)")
    }
}
