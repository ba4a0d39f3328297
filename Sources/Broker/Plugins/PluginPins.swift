/// Which plugins' files server.yaml names by their digest (`scrier.plugins.<id>.sha256`), and what that keeps out. Which plugin a file is says only the
/// file itself, once it is loaded: so this has to be decided by names and digests, before.
struct PluginPins: Sendable {
    /// By the plugin's id, in lower case.
    private let digests: [String: String]

    init(_ checksums: [String: String]) {
        digests = checksums.mapValues { $0.lowercased() }
    }

    /// Why a file must not be loaded, not even to be asked what it is. `present` are the digests of all files of the directory.
    func objectionToLoading(_ fileName: String, sha256: String, present: Set<String>) -> String? {
        for id in ["", "lib"].compactMap({ prefix in Self.id(of: fileName, prefix) }) {
            guard let expected = digests[id], expected != sha256 else { continue }
            return "its SHA-256 is \(sha256), server.yaml expects \(expected)"
        }
        guard !digests.values.contains(sha256) else { return nil }
        // A pinned plugin that is nowhere may be any of the files that nobody pinned.
        let missing = digests.filter { !present.contains($0.value) }.min { $0.key < $1.key }
        return missing.map {
            "server.yaml expects \($0.value) of the \($0.key) plugin, which no file here has: this one, \(sha256), is not loaded before that is put right"
        }
    }

    /// Why a file that has said what it is must not be used.
    func objection(to id: String, sha256: String) -> String? {
        if let expected = digests[id] {
            return expected == sha256 ? nil : "its SHA-256 is \(sha256), server.yaml expects \(expected)"
        }
        let owner = digests.first { $0.value == sha256 }?.key
        return owner.map { "it is the \(id) plugin, and its SHA-256 is pinned for \($0)" }
    }

    /// Plugins are installed as `<id>.so`.
    private static func id(of fileName: String, _ prefix: String) -> String? {
        guard fileName.hasPrefix(prefix), fileName.hasSuffix(".so") else { return nil }
        return fileName.dropFirst(prefix.count).dropLast(3).lowercased()
    }
}
