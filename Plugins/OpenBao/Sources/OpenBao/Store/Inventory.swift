/// Every secret below a folder, by its name relative to our prefix.
struct Inventory: Equatable {
    var secrets: [String: Metadata] = [:]
    /// False where the server tells names only: what others deleted or changed does not show.
    var hasMetadata = true

    /// The keys that can be read, sorted byte by byte.
    var keys: [String] {
        secrets.filter { !$0.value.isDeleted && KeyPath.isKey($0.key) }.keys.sorted(by: KeyPath.precedes)
    }

    /// One answer of `detailed-metadata/…?scan=true`, whose names are relative to `folder`.
    static func scan(_ answer: WipedBytes, of folder: String) throws -> Inventory {
        var inventory = Inventory()
        try Answers.data(of: answer) { reader, name in
            guard name == "key_info" else { return try reader.skip() }
            try reader.membersOrNull { reader, name in
                let metadata = try Metadata(&reader)
                if !name.hasSuffix("/") { inventory.secrets[KeyPath.join(folder, name)] = metadata }
            }
        }
        return inventory
    }

    /// One answer of `metadata/…?list=true`: names, those of folders with a slash behind.
    static func names(_ answer: WipedBytes) throws -> [String] {
        var names: [String] = []
        try Answers.data(of: answer) { reader, name in
            guard name == "keys" else { return try reader.skip() }
            guard try reader.peek() == .array else { return try reader.skip() }
            try reader.elements { names.append(try $0.text()) }
        }
        return names
    }
}
