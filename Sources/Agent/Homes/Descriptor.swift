import Glibc

/// A file descriptor that is closed when it goes out of scope.
struct Descriptor: ~Copyable {
    let number: Int32

    /// Takes over what a system call answered; throws its errno where that was -1.
    init(_ number: Int32, _ call: String) throws(HomeFileError) {
        guard number >= 0 else { throw HomeFileError(call: call) }
        self.number = number
    }

    init(adopting number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    func status() throws(HomeFileError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw HomeFileError(call: "fstat") }
        return status
    }

    /// Everything up to the end of the file, at most `limit` bytes.
    func read(limit: Int, chunk size: Int = 1 << 14) throws(HomeFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: size)
        while true {
            let count = Glibc.read(number, &chunk, size)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw HomeFileError(call: "read") }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= limit else { throw .tooLarge }
            bytes += chunk[..<count]
        }
    }

    func write(_ bytes: [UInt8]) throws(HomeFileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let taken = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress!, $0.count) }
            if taken < 0, errno == EINTR { continue }
            guard taken >= 0 else { throw HomeFileError(call: "write") }
            rest = rest.dropFirst(taken)
        }
    }
}
