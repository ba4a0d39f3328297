import Glibc

/// Whoever logged in: `su` and `sudo` do not change it.
package enum LoginUser {
    package static var current: String {
        let descriptor = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "\(getuid())" }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 16)
        let count = max(0, read(descriptor, &text, text.count))
        let login = UInt32(String(decoding: text[..<count], as: UTF8.self).trimmed)
        // All ones: nobody logged in, as in a service.
        return "\(login.flatMap { $0 == .max ? nil : $0 } ?? getuid())"
    }
}
