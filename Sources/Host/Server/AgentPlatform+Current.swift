import Glibc

extension AgentPlatform {
    /// The machine that this server runs on.
    static var current: AgentPlatform {
        var names = utsname()
        uname(&names)
        let arch = withUnsafeBytes(of: names.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return AgentPlatform(os: "linux", arch: arch)!
    }
}
