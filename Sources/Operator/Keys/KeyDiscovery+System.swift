import Glibc

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension KeyDiscovery {
    /// With this process's login and this machine's users.
    package static func system(environment: [String: String]) -> KeyDiscovery {
        KeyDiscovery(
            environment: environment,
            loginUser: loginUser(),
            read: { path in try? String(contentsOfFile: path, encoding: .utf8) },
            lookUp: { name in getpwnam(name).map(User.init) }
        )
    }

    private static func loginUser() -> User? {
        guard let text = try? String(contentsOfFile: "/proc/self/loginuid", encoding: .utf8),
            let uid = UInt32(text.trimmed), uid != UInt32.max
        else { return nil }
        return getpwuid(uid).map(User.init)
    }
}

extension KeyDiscovery.User {
    fileprivate init(_ entry: UnsafeMutablePointer<passwd>) {
        self.init(name: String(cString: entry.pointee.pw_name), home: String(cString: entry.pointee.pw_dir))
    }
}
