import Glibc

/// Programs and fixtures lie beside the test bundle.
enum Built {
    static let directory: String = {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count)
        let text = String(decoding: path[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(text[..<(text.lastIndex(of: "/") ?? text.startIndex)])
    }()

    static var worker: String { directory + "/scrier-worker" }
    static var launcher: String { directory + "/scrier-launcher" }
    static func plugin(_ name: String) -> String { "\(directory)/lib\(name)Plugin.so" }
}
