import Foundation

/// The static imports of our own modules, which begin a line and name their source by a relative path.
enum ModuleImports {
    /// - Returns: paths below the same folder as `path` is given below.
    static func paths(in source: String, of path: String) -> [String] {
        source.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("import ") || line.hasPrefix("} from ") || line.hasPrefix("export "),
                let end = line.lastIndex(of: "\""),
                let start = line[..<end].lastIndex(of: "\"")
            else { return nil }
            let name = line[line.index(after: start)..<end]
            guard name.hasPrefix("./") || name.hasPrefix("../") else { return nil }
            let directory = (path as NSString).deletingLastPathComponent
            // A leading slash keeps ".." within the folder.
            return String(("/\(directory)/\(name)" as NSString).standardizingPath.dropFirst())
        }
    }
}
