package import Foundation

/// The console's templates, styles and scripts, as they were when the server started. Read before root is given up: where a build
/// directory lies below a private one, the server's own user would not reach them.
package struct WebFiles: Sendable {
    /// By their paths below the folder, such as `scripts/api.js`.
    package let contents: [String: Data]

    package init(contents: [String: Data]) {
        self.contents = contents
    }

    /// Everything below a folder. Nil when there is no such folder, or one without templates.
    package init?(readingFrom directory: String) {
        guard let paths = FileManager.default.enumerator(atPath: directory) else { return nil }
        var contents: [String: Data] = [:]
        for case let path as String in paths where Self.isServed(path) {
            contents[path] = FileManager.default.contents(atPath: "\(directory)/\(path)")
        }
        guard contents.keys.contains(where: { $0.hasSuffix(".mustache") }) else { return nil }
        self.contents = contents
    }

    /// An editor's leftovers are not.
    private static func isServed(_ path: String) -> Bool {
        let name = (path as NSString).lastPathComponent
        guard !name.hasPrefix("."), !name.hasSuffix("~") else { return false }
        return name.hasSuffix(".mustache") || WebAsset.contentType(of: name) != nil
    }
}
