import WorkerProtocol

extension PluginDescriptor {
    /// What is wrong with a description. The worker has checked the plugin's structs; but it ran the plugin's code when it
    /// printed this, so what the server goes on to use as names is looked at once more.
    var problem: String? {
        guard abi.major == 1 else { return "it is of plugin ABI \(abi.major)" }
        guard Self.isName(id, upTo: 32) else { return "its id is no name" }
        guard !roles.isEmpty, roles.count <= Role.allCases.count else { return "its roles make no sense" }
        guard needs.count <= 16, parameters.count <= 64 else { return "its lists are too long" }
        guard parameters.allSatisfy({ Self.isName($0.name, upTo: 64) && $0.choices.count <= 64 }) else {
            return "its parameters make no sense"
        }
        let texts =
            [version, label, summary] + needs + parameters.flatMap { [$0.summary, $0.fallback ?? ""] + $0.choices }
        guard texts.allSatisfy({ $0.utf8.count <= 1024 && !$0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }) else {
            return "its texts are too long or have control characters"
        }
        return nil
    }

    private static func isName(_ name: String, upTo limit: Int) -> Bool {
        guard name.utf8.count <= limit, let first = name.utf8.first else { return false }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return letters.contains(first)
            && name.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-") }
    }
}
