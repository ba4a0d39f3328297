import Glibc
package import Trust

/// `import`: all of an archive into the vault, or nothing where anything is wrong with it.
package struct SecretsImporter {
    private let vault: any VaultAccess

    package init(_ vault: any VaultAccess) { self.vault = vault }

    /// How many secrets were stored.
    package func run(from path: String, passphrase: Secret, replacing: Bool) async throws -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw GuardedFile.failure(path) }
        defer { close(descriptor) }
        let names = try verify(descriptor, path, passphrase)
        let present = try await vault.list(prefix: "")
        let clashes = Set(names).intersection(present).sorted()
        guard replacing || clashes.isEmpty else { throw Self.refusal(clashes) }
        return try await store(descriptor, path, passphrase, count: names.count)
    }

    /// Reads all of it before the first secret is stored.
    private func verify(
        _ descriptor: Int32,
        _ path: String,
        _ passphrase: Secret
    ) throws(OperatorError) -> [SecretKey] {
        var reader = try ArchiveReader(passphrase, read: Self.source(descriptor, path))
        var names: [SecretKey] = []
        while let (name, _) = try reader.next() { names.append(name) }
        return names
    }

    /// The second time that it is read, so that memory does not grow with it. Whoever changes the file in between is found
    /// out by the same checks.
    private func store(
        _ descriptor: Int32,
        _ path: String,
        _ passphrase: Secret,
        count: Int
    ) async throws -> Int {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw OperatorError("\(path) must be a file, not a pipe") }
        var reader = try ArchiveReader(passphrase, read: Self.source(descriptor, path))
        var stored = 0
        do {
            while let (name, value) = try reader.next() {
                try await vault.put(name, value)
                stored += 1
            }
        } catch {
            throw OperatorError(
                "\(error); \(stored) of \(count) secrets had been stored: once it is solved, import again with --force"
            )
        }
        return stored
    }

    private static func refusal(_ clashes: [SecretKey]) -> OperatorError {
        let shown = clashes.prefix(5).map(\.description).joined(separator: ", ")
        let more = clashes.count > 5 ? " and \(clashes.count - 5) more" : ""
        return OperatorError(
            "nothing was stored, because these are there already: \(shown)\(more); --force replaces them",
            code: "exists"
        )
    }

    private static func source(_ descriptor: Int32, _ path: String) -> (Int) throws(OperatorError) -> [UInt8] {
        { (wanted) throws(OperatorError) in
            var bytes = [UInt8](repeating: 0, count: wanted)
            var length = 0
            while length < wanted {
                let count = bytes.withUnsafeMutableBytes {
                    read(descriptor, $0.baseAddress! + length, wanted - length)
                }
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw GuardedFile.failure(path) }
                if count == 0 { break }
                length += count
            }
            return Array(bytes[..<length])
        }
    }
}
