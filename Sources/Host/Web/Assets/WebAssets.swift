import Crypto
import Foundation

/// Everything static, below one name that is a digest of all of it: a page and its modules are of one version, modules import each
/// other by relative paths, and whatever has the name may be kept for ever.
struct WebAssets: Sendable {
    /// `/assets/3f…`, what the addresses begin with.
    let root: String
    private let assets: [String: WebAsset]
    private let imports: [String: [String]]

    init(_ files: WebFiles) {
        var assets: [String: WebAsset] = [:]
        var imports: [String: [String]] = [:]
        var whole = SHA256()
        for (path, data) in files.contents.sorted(by: { $0.key < $1.key }) {
            guard let type = WebAsset.contentType(of: path) else { continue }
            let digest = Self.hex(SHA256.hash(data: data))
            whole.update(data: Data("\(path)\0\(digest)\0".utf8))
            assets[path] = WebAsset(data, contentType: type, digest: String(digest.prefix(32)))
            if path.hasPrefix("scripts/") {
                imports[path] = ModuleImports.paths(in: String(decoding: data, as: UTF8.self), of: path)
            }
        }
        root = "/assets/" + Self.hex(whole.finalize()).prefix(20)
        self.assets = assets
        self.imports = imports
    }

    subscript(path: String) -> WebAsset? { assets[path] }

    var paths: [String] { assets.keys.sorted() }

    /// What a module imports, and what that does: named in the page, all of it is fetched at once and not in a chain.
    func modules(behind script: String) -> [String] {
        var found: [String] = []
        var pending = [script]
        while let next = pending.popLast() {
            for path in imports[next] ?? [] where path != script && !found.contains(path) {
                found.append(path)
                pending.append(path)
            }
        }
        return found.sorted()
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
