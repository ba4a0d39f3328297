import Glibc

/// What the server knows of one secret beside its value: enough to see that it changed.
struct Metadata: Equatable {
    /// The newest version; 0 where the server did not tell.
    var version = 0
    /// When that was written, as the server writes it: a secret that was removed and made anew begins at 1 again.
    var written = ""
    /// Its newest version was deleted or destroyed by another tool, or its time is over: there is nothing to read.
    var isDeleted = false

    /// An object as `metadata/…` and `detailed-metadata/…` have it.
    init(_ reader: inout JSONReader, now: Int = time(nil)) throws {
        var versions: [String: (written: String, isDeleted: Bool)] = [:]
        try reader.membersOrNull { reader, name in
            switch name {
            case "current_version": version = try reader.integer()
            case "versions":
                try reader.membersOrNull { reader, name in versions[name] = try Self.version(&reader, now) }
            default: try reader.skip()
            }
        }
        if let newest = versions[String(version)] { (written, isDeleted) = newest }
    }

    init(version: Int, written: String) {
        self.version = version
        self.written = written
    }

    init() {}

    /// From the answer to a write, or to a read of one that was deleted.
    static func written(in answer: WipedBytes) throws -> Metadata {
        var metadata = Metadata()
        try Answers.data(of: answer) { reader, name in
            switch name {
            case "version": metadata.version = try reader.integer()
            case "created_time": metadata.written = try reader.text()
            default: try reader.skip()
            }
        }
        return metadata
    }

    private static func version(
        _ reader: inout JSONReader,
        _ now: Int
    ) throws -> (written: String, isDeleted: Bool) {
        var written = ""
        var isDeleted = false
        try reader.membersOrNull { reader, name in
            switch name {
            case "created_time": written = try reader.text()
            // A time ahead is the store's `delete_version_after`: it can still be read.
            case "deletion_time": if let end = Timestamp.seconds(try reader.text()), end <= now { isDeleted = true }
            case "destroyed": if try reader.boolean() { isDeleted = true }
            default: try reader.skip()
            }
        }
        return (written, isDeleted)
    }
}
