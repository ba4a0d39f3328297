import Glibc

/// What the agent says about the machine it runs on.
package struct ThisMachine: Sendable {
    let hostname: String
    let os: String
    let arch: String

    static var current: ThisMachine {
        var names = utsname()
        uname(&names)
        func text<T>(_ field: T) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return ThisMachine(
            hostname: text(names.nodename).lowercased(),
            os: text(names.sysname).lowercased(),
            arch: text(names.machine)
        )
    }

    func named(_ name: String?) -> ThisMachine {
        ThisMachine(hostname: name ?? hostname, os: os, arch: arch)
    }

    /// Letters, digits, hyphens and dots, as in DNS.
    package static func isHostname(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0.utf8.count <= 63 && $0.first != "-"
                    && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            }
    }

    /// The addresses of its interfaces, loopback and link-local ones aside.
    static var addresses: [String] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ifa_next
            guard let address = entry.pointee.ifa_addr else { continue }
            let family = Int32(address.pointee.sa_family)
            guard family == AF_INET || family == AF_INET6 else { continue }
            let size = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
            var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard getnameinfo(address, socklen_t(size), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0
            else { continue }
            let text = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if text.hasPrefix("127.") || text == "::1" || text.hasPrefix("fe80:") { continue }
            if !addresses.contains(text) { addresses.append(text) }
        }
        return Array(addresses.prefix(32))
    }
}
