/// An operating system and processor that an agent is built for, by one name each.
package struct AgentPlatform: Hashable, Sendable, CustomStringConvertible {
    package let os: String
    package let arch: String

    /// Takes what `uname` and build systems call them; nil for anything that is no plain name.
    package init?(os: String, arch: String) {
        guard let os = Self.plain(os), let arch = Self.plain(arch) else { return nil }
        self.os = Self.systems[os] ?? os
        self.arch = Self.processors[arch] ?? arch
    }

    /// From a binary's file name, `vigo-<os>-<arch>`.
    package init?(fileName: String) {
        let parts = fileName.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == "vigo" else { return nil }
        let arch = parts[2].hasSuffix(".exe") ? String(parts[2].dropLast(4)) : parts[2]
        self.init(os: parts[1], arch: arch)
    }

    package var description: String { "\(os)-\(arch)" }

    private static let systems = ["macos": "darwin", "sunos": "illumos", "mingw": "windows"]
    private static let processors = [
        "amd64": "x86_64", "x64": "x86_64", "i86pc": "x86_64", "arm64": "aarch64", "armv8l": "aarch64",
    ]

    /// It becomes part of a file name, a URL and a shell script.
    private static func plain(_ name: String) -> String? {
        let name = name.lowercased()
        guard (1...32).contains(name.utf8.count), name.utf8.allSatisfy(isPlain) else { return nil }
        return name
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
