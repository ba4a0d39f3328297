import Glibc
import PluginKit

/// Secrets in files: a name and a value in, a sealed file out, and back.
final class SecretFiles {
    let storage: Storage
    let keys: KeyRing
    /// Of the largest file and one byte, by which a longer one is seen. Holds what is sealed only.
    private let memory = LockedMemory(count: SealedHeader.largestFile + 1)

    init(storage: Storage, keys: KeyRing) {
        self.storage = storage
        self.keys = keys
    }

    /// Appends the value to `body`; the file's stamp.
    func get(_ key: SecretKey, into body: ExchangeBody) throws(ExchangeRefusal) -> Stamp {
        do {
            let (file, stamp) = try read(KeyPath(key))
            let header = try SealedFile.check(file)
            try body.append(count: header.valueCount) { value in
                try SealedFile.open(file, header, as: key, with: keys, into: value)
            }
            return stamp
        } catch let failure as StorageFailure {
            throw refusal(key, failure)
        } catch let problem as SealProblem {
            throw ExchangeRefusal(.corrupt, "the file of \(key) \(problem.sentence)")
        } catch {
            throw ExchangeRefusal(.internalError, "\(error)")
        }
    }

    func put(
        _ key: SecretKey,
        _ value: UnsafeRawBufferPointer,
        syncsDirectory: Bool = true
    ) throws(ExchangeRefusal) -> Stamp {
        guard value.count <= SealedHeader.largestValue else {
            throw ExchangeRefusal(.tooLarge, "a secret has at most 1 MiB")
        }
        let count: Int
        do throws(AESGCM.Failure) {
            count = try SealedFile.seal(value, as: key, with: keys.newest, into: memory.bytes)
        } catch {
            throw ExchangeRefusal(.unavailable, "OpenSSL could not seal \(key)")
        }
        let sealed = UnsafeRawBufferPointer(rebasing: memory.bytes[..<count])
        do throws(StorageFailure) {
            let path = KeyPath(key)
            guard let directory = try storage.directory(path.directories, making: true) else {
                throw StorageFailure("make a directory", error: ENOENT)
            }
            return try storage.write(sealed, to: path.file, in: directory, syncsDirectory: syncsDirectory)
        } catch {
            throw refusal(key, error)
        }
    }

    /// How many directories went with it.
    func delete(_ key: SecretKey) throws(ExchangeRefusal) -> Int {
        let path = KeyPath(key)
        do throws(StorageFailure) {
            guard let directory = try storage.directory(path.directories) else {
                throw StorageFailure("", error: ENOENT)
            }
            try storage.remove(path.file, in: directory)
        } catch {
            throw refusal(key, error)
        }
        return storage.prune(path.directories)
    }

    /// The bytes of a regular file, lent until the next call.
    func read(_ path: KeyPath) throws(StorageFailure) -> (UnsafeRawBufferPointer, Stamp) {
        guard let directory = try storage.directory(path.directories) else { throw StorageFailure("", error: ENOENT) }
        return try read(path.file, in: directory)
    }

    func read(
        _ name: String,
        in directory: borrowing Descriptor
    ) throws(StorageFailure) -> (UnsafeRawBufferPointer, Stamp) {
        let file = try storage.open(directory.number, name, O_RDONLY)
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw StorageFailure("", error: EISDIR) }
        let count = try storage.read(file, into: memory.bytes)
        return (UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]), Stamp(status))
    }

    private func refusal(_ key: SecretKey, _ failure: StorageFailure) -> ExchangeRefusal {
        switch failure.error {
        case ENOENT: ExchangeRefusal(.notFound, "there is no secret \(key)")
        case ELOOP: ExchangeRefusal(.corrupt, "a symbolic link is in the place of the file of \(key)")
        case EISDIR, ENXIO: ExchangeRefusal(.corrupt, "something else is in the place of the file of \(key)")
        case ENOTDIR: ExchangeRefusal(.corrupt, "something else is in the place of a directory of \(key)")
        case EACCES, EPERM:
            ExchangeRefusal(.denied, "the vault may not \(failure.attempt) for \(key): it belongs to somebody else")
        case let error:
            ExchangeRefusal(
                .unavailable,
                "the vault could not \(failure.attempt) for \(key): \(String(cString: strerror(error)))"
            )
        }
    }
}
