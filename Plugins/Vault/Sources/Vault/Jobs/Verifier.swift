import Glibc
import PluginKit

/// Walks everything below the secrets directory in a fixed order, page by page, and says of each thing that is not a sealed
/// secret in its place what is wrong with it.
struct Verifier {
    struct Finding: Equatable {
        var name: String
        var problem: String
    }

    struct Page {
        var findings: [Finding] = []
        /// Where to go on; nil at the end.
        var cursor: [[UInt8]]?
    }

    let files: SecretFiles
    /// For values that are opened and thrown away.
    let scratch: ExchangeBody
    var most = 250
    private static let deepest = 300
    /// Root's own, in the topmost directory.
    private static let known: Set<String> = [".master.key", ".master.key.next", ".master.key.old", ".lock"]

    /// What comes behind the thing at `cursor`; everything for an empty one.
    func page(after cursor: [[UInt8]]) throws(StorageFailure) -> Page {
        var walk = Walk(left: most)
        try visit([], after: cursor[...], &walk)
        return Page(findings: walk.findings, cursor: walk.left > 0 ? nil : walk.last)
    }

    private struct Walk {
        var findings: [Finding] = []
        var left: Int
        var last: [[UInt8]] = []
    }

    /// `after` is where the last page ended, if that is in here.
    private func visit(
        _ path: [[UInt8]],
        after cursor: ArraySlice<[UInt8]>,
        _ walk: inout Walk
    ) throws(StorageFailure) {
        guard path.count < Self.deepest, let entries = try entries(path) else { return }
        for entry in entries.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
            guard walk.left > 0 else { return }
            var below: ArraySlice<[UInt8]> = []
            if let first = cursor.first, !first.lexicographicallyPrecedes(entry.name) {
                // Before the cursor, or on the way to it.
                guard first == entry.name else { continue }
                below = cursor.dropFirst()
            } else {
                walk.left -= 1
                walk.last = path + [entry.name]
                if let problem = problem(with: entry, path) {
                    walk.findings.append(
                        Finding(name: Self.shown(path + [entry.name], problem.key), problem: problem.text)
                    )
                }
            }
            if entry.kind == .directory { try visit(path + [entry.name], after: below, &walk) }
        }
    }

    /// Nil for a directory that is gone, or was named already because it is not the worker's to open. It is closed again before
    /// anything below it is opened: a worker may have fewer files open than a name has segments.
    private func entries(_ path: [[UInt8]]) throws(StorageFailure) -> [Storage.Entry]? {
        do throws(StorageFailure) {
            guard let directory = try files.storage.directory(Self.names(path)) else { return nil }
            return try files.storage.entries(of: directory)
        } catch {
            guard [EACCES, ELOOP, ENOTDIR].contains(error.error) else { throw error }
            return nil
        }
    }

    private static func names(_ path: [[UInt8]]) -> [String] { path.map { String(decoding: $0, as: UTF8.self) } }

    private typealias Problem = (key: SecretKey?, text: String)

    private func problem(with entry: Storage.Entry, _ path: [[UInt8]]) -> Problem? {
        guard let directory = try? files.storage.directory(Self.names(path)) else { return nil }
        return problem(with: entry, in: directory, path)
    }

    private func problem(
        with entry: Storage.Entry,
        in directory: borrowing Descriptor,
        _ path: [[UInt8]]
    ) -> Problem? {
        let name = entry.text
        if path.isEmpty, Self.known.contains(name) { return nil }
        guard let status = try? files.storage.status(of: entry.name, in: directory) else { return nil }
        switch entry.kind {
        case .directory: return problem(withDirectory: name, status, path).map { (nil, $0) }
        case .other: return (nil, status.st_mode & S_IFMT == S_IFLNK ? "is a symbolic link" : "is no regular file")
        case .file: break
        }
        if name.hasPrefix(Storage.temporary) { return (nil, "is a write that was not finished, and not by this vault") }
        guard let segment = KeyPath.segment(ofFile: name) else { return (nil, "is not one of the vault's files") }
        let segments = path.map { KeyPath.segment(ofDirectory: String(decoding: $0, as: UTF8.self)) }
        let isPlace = segments.allSatisfy { $0 != nil }
        let key = isPlace ? SecretKey((segments.compactMap { $0 } + [segment]).joined(separator: "/")) : nil
        let permissions = permissions(status, 0o600)
        return (problem(withFile: name, key, permissions, in: directory) ?? permissions).map { (key, $0) }
    }

    private func problem(withDirectory name: String, _ status: stat, _ path: [[UInt8]]) -> String? {
        guard KeyPath.segment(ofDirectory: name) != nil else { return "is not one of the vault's directories" }
        guard path.count < Self.deepest else { return "lies deeper than any secret" }
        return permissions(status, 0o700)
    }

    private func permissions(_ status: stat, _ mode: mode_t) -> String? {
        if status.st_uid != files.storage.uid {
            return "belongs to uid \(status.st_uid), not to the vault's worker (\(files.storage.uid))"
        }
        if status.st_mode & 0o7777 != mode {
            return "has mode \(Self.octal(status.st_mode)) instead of \(Self.octal(mode))"
        }
        return status.st_mode & S_IFMT == S_IFREG && status.st_nlink != 1 ? "has a second name" : nil
    }

    private func problem(
        withFile name: String,
        _ key: SecretKey?,
        _ permissions: String?,
        in directory: borrowing Descriptor
    ) -> String? {
        do {
            let (file, _) = try files.read(name, in: directory)
            let header = try SealedFile.check(file)
            defer { scratch.removeAll() }
            try scratch.append(count: header.valueCount) { value in
                try SealedFile.open(file, header, as: key ?? header.name, with: files.keys, into: value)
            }
            return key == nil ? "lies where no secret can be, and holds \(header.name)" : nil
        } catch let problem as SealProblem {
            return problem.sentence
        } catch let failure as StorageFailure where failure.error == EACCES {
            return permissions ?? "cannot be opened by the vault's worker"
        } catch {
            return "cannot be read"
        }
    }

    /// The secret's name where it has one, else the path; what others made up is made harmless.
    private static func shown(_ path: [[UInt8]], _ key: SecretKey?) -> String {
        if let key { return key.description }
        let text = path.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
        return String(
            text.unicodeScalars.prefix(512).map { $0.properties.generalCategory == .control ? "?" : Character($0) }
        )
    }

    private static func octal(_ mode: mode_t) -> String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
