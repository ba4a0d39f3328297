import PluginKit

/// Which secrets there are, from the names of files alone, and whether somebody else changed any of it. A directory is
/// listed again only when its stamp says that it changed. The vault tells it what it does itself: whatever else is found
/// came from outside.
struct Index {
    private let storage: Storage
    /// By their names from the root, joined by "/"; the root is "".
    private var folders: [String: Folder] = [:]
    private var sorted: [SecretKey]?
    private var foldersToCheck: [String] = []
    private var filesToCheck: [SecretKey] = []

    /// Reads the names of everything, and removes what writes left unfinished when the last worker was killed.
    init(storage: Storage) throws(StorageFailure) {
        self.storage = storage
        folders[""] = Folder()
        guard try look(at: [], sweeping: true) != nil else { throw StorageFailure("open the secrets directory") }
    }

    /// Sorted.
    mutating func keys() -> [SecretKey] {
        if let sorted { return sorted }
        var keys: [SecretKey] = []
        for (path, folder) in folders {
            let prefix = Self.prefix(path)
            for file in folder.files.keys { if let key = SecretKey(prefix + file) { keys.append(key) } }
        }
        keys.sort()
        sorted = keys
        return keys
    }

    // MARK: What others did

    /// Looks at every directory; whether something changed that the vault did not do.
    mutating func refresh() throws(StorageFailure) -> Bool {
        var changed = false
        for path in Array(folders.keys) where folders[path] != nil {
            if try check(folder: path) { changed = true }
        }
        return changed
    }

    /// A part of `refresh`, and of a look at each file for what was changed in place: all of it comes round in time.
    mutating func checkSome(folders most: Int, files mostFiles: Int) throws(StorageFailure) -> Bool {
        var changed = false
        if foldersToCheck.isEmpty { foldersToCheck = Array(folders.keys) }
        for path in foldersToCheck.suffix(most) where folders[path] != nil {
            if try check(folder: path) { changed = true }
        }
        foldersToCheck.removeLast(min(most, foldersToCheck.count))
        if filesToCheck.isEmpty { filesToCheck = keys() }
        for key in filesToCheck.suffix(mostFiles) where check(file: key) { changed = true }
        filesToCheck.removeLast(min(mostFiles, filesToCheck.count))
        return changed
    }

    /// The vault has opened this file; whether it is another one than before.
    mutating func saw(_ key: SecretKey, _ stamp: Stamp) -> Bool {
        let (path, file) = Self.place(key)
        guard let known = folders[path]?.files[file] else {
            // Nobody has listed it: the next look at its directory finds it, and tells.
            folders[path]?.stamp = nil
            return false
        }
        folders[path]?.files[file] = .some(stamp)
        return known != nil && known != stamp
    }

    private mutating func check(file key: SecretKey) -> Bool {
        let path = KeyPath(key)
        guard let directory = try? storage.directory(path.directories),
            let status = try? storage.status(of: Array(path.file.utf8), in: directory)
        else { return false }
        return saw(key, Stamp(status))
    }

    private mutating func check(folder path: String) throws(StorageFailure) -> Bool {
        let names = path.split(separator: "/").map(String.init)
        do throws(StorageFailure) {
            return try look(at: names, sweeping: false) ?? forget(path)
        } catch {
            // Not ours to open any more: as if it were gone.
            guard path.isEmpty else { return forget(path) }
            throw error
        }
    }

    /// Whether it changed; nil where it is not there. What is new below it is looked at as well, when it is closed again: a
    /// worker may have fewer files open than a name has segments.
    private mutating func look(at names: [String], sweeping: Bool) throws(StorageFailure) -> Bool? {
        var new: [[String]] = []
        guard let changed = try list(names, sweeping: sweeping, &new) else { return nil }
        while let next = new.popLast() { try add(next, sweeping: sweeping, &new) }
        return changed
    }

    private mutating func list(
        _ names: [String],
        sweeping: Bool,
        _ new: inout [[String]]
    ) throws(StorageFailure) -> Bool? {
        guard let directory = try storage.directory(names) else { return nil }
        return try list(names, directory, sweeping: sweeping, &new)
    }

    private mutating func list(
        _ names: [String],
        _ directory: borrowing Descriptor,
        sweeping: Bool,
        _ new: inout [[String]]
    ) throws(StorageFailure) -> Bool {
        let path = names.joined(separator: "/")
        let now = Stamp.now
        let stamp = Stamp(try directory.status())
        guard let known = folders[path], known.stamp != stamp else { return false }
        var folder = Folder(stamp: stamp.isSettled(at: now) ? stamp : nil)
        for entry in try storage.entries(of: directory) {
            let name = entry.text
            switch entry.kind {
            case .file where sweeping && name.hasPrefix(Storage.temporary): try? storage.remove(name, in: directory)
            case .file:
                guard let segment = KeyPath.segment(ofFile: name) else { continue }
                folder.files[segment] = .some(known.files[segment] ?? nil)
            case .directory where KeyPath.segment(ofDirectory: name) != nil: folder.folders.insert(name)
            default: break
            }
        }
        let isSame = Set(known.files.keys) == Set(folder.files.keys) && known.folders == folder.folders
        // The same names, but something may have been put in the place of something, and not by us.
        let isReplaced = isSame && known.stamp != nil && replaces(&folder, in: directory)
        folders[path] = folder
        if !isSame { sorted = nil }
        for gone in known.folders.subtracting(folder.folders) { _ = forget((names + [gone]).joined(separator: "/")) }
        new += folder.folders.subtracting(known.folders).map { names + [$0] }
        return !isSame || isReplaced
    }

    /// Whether a file is another one than before. So many that it would take long are taken for changed.
    private func replaces(_ folder: inout Folder, in directory: borrowing Descriptor) -> Bool {
        guard folder.files.count <= 1000 else {
            folder.files = folder.files.mapValues { _ in .none }
            return true
        }
        var isReplaced = false
        for (file, known) in folder.files {
            let name = Array((file + KeyPath.ending).utf8)
            guard let stamp = try? Stamp(storage.status(of: name, in: directory)), stamp != known else { continue }
            isReplaced = true
            folder.files[file] = .some(stamp)
        }
        return isReplaced
    }

    private mutating func add(_ names: [String], sweeping: Bool, _ new: inout [[String]]) throws(StorageFailure) {
        folders[names.joined(separator: "/")] = Folder()
        // One that cannot be opened holds nothing that could be asked for; verify names it.
        guard let directory = try? storage.directory(names) else { return }
        _ = try list(names, directory, sweeping: sweeping, &new)
    }

    private mutating func forget(_ path: String) -> Bool {
        guard !path.isEmpty, folders[path] != nil else { return false }
        folders[path] = nil
        for below in folders.keys where below.hasPrefix(path + "/") { folders[below] = nil }
        let (parent, name) = Self.parent(path)
        folders[parent]?.folders.remove(name)
        sorted = nil
        return true
    }

    // MARK: What the vault did

    mutating func wrote(_ key: SecretKey, _ stamp: Stamp) {
        let (path, file) = Self.place(key)
        var parent = ""
        for name in path.split(separator: "/").map(String.init) {
            let child = parent.isEmpty ? name : parent + "/" + name
            if folders[child] == nil {
                folders[child] = Folder()
                folders[parent]?.folders.insert(name)
                folders[parent]?.stamp = nil
            }
            parent = child
        }
        if folders[path]?.files[file] == nil, let sorted {
            self.sorted = nil
            self.sorted = Self.inserting(key, in: sorted)
        }
        folders[path]?.files[file] = .some(stamp)
        folders[path]?.stamp = nil
    }

    /// `pruned`: how many directories, from the innermost outwards, were empty then and are gone too.
    mutating func removed(_ key: SecretKey, pruned: Int) {
        let (path, file) = Self.place(key)
        folders[path]?.files.removeValue(forKey: file)
        folders[path]?.stamp = nil
        sorted?.removeAll { $0 == key }
        var names = path.split(separator: "/").map(String.init)
        for _ in 0..<pruned {
            let gone = names.joined(separator: "/")
            let name = names.removeLast()
            let parent = names.joined(separator: "/")
            folders[gone] = nil
            folders[parent]?.folders.remove(name)
            folders[parent]?.stamp = nil
        }
    }

    private static func inserting(_ key: SecretKey, in sorted: consuming [SecretKey]) -> [SecretKey] {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < key { low = middle + 1 } else { high = middle }
        }
        sorted.insert(key, at: low)
        return sorted
    }

    // MARK: Names

    private static func place(_ key: SecretKey) -> (folder: String, file: String) {
        let path = KeyPath(key)
        return (path.directories.joined(separator: "/"), String(key.segments.last!))
    }

    private static func parent(_ path: String) -> (String, String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    /// What the keys in that folder begin with.
    private static func prefix(_ path: String) -> String {
        path.split(separator: "/").map { (KeyPath.segment(ofDirectory: String($0)) ?? String($0)) + "/" }.joined()
    }
}
