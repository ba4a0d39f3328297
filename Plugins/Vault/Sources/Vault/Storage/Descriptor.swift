import Glibc

/// An open file or directory, closed by leaving it.
struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    func status() throws(StorageFailure) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw StorageFailure("examine a file") }
        return status
    }
}

/// A system call that failed.
struct StorageFailure: Error, Equatable {
    let error: Int32
    let attempt: String

    init(_ attempt: String, error: Int32 = errno) {
        self.error = error
        self.attempt = attempt
    }

    var isMissing: Bool { error == ENOENT }
}
