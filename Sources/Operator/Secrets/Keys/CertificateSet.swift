import Crypto
import Glibc
import Trust

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// `generate-certs`: a CA and a server certificate that it signed, ECDSA P-256, where the server finds them by itself.
package struct CertificateSet {
    private let directory: String
    private let names: [String]
    private let caDays: Int
    private let serverDays: Int

    private static let files = ["ca", "ca_key", "cert", "key"]
    package static let days = 1...36_500

    /// `names` come before localhost, 127.0.0.1 and `hostname`, which are always among them.
    package init(
        directory: String,
        names: [String],
        hostname: String?,
        caDays: Int,
        serverDays: Int
    ) throws(OperatorError) {
        for name in names where !Self.isName(name) {
            throw OperatorError("“\(name)” is neither a DNS name nor an IP address")
        }
        self.directory = directory
        self.caDays = caDays
        self.serverDays = serverDays
        var seen: Set<String> = []
        self.names = (names + ["localhost", "127.0.0.1"] + [hostname].compactMap { $0 }.filter(Self.isName))
            .filter { seen.insert($0.lowercased()).inserted }
    }

    /// Writes the four files; what to say of it.
    package func write(replacing: Bool, now: Date = Date()) throws(OperatorError) -> [String] {
        let present = Self.files.map(path).filter(GuardedFile.exists)
        guard replacing || present.isEmpty else {
            throw OperatorError(
                "\(present[0]) is there already; --force replaces all four files, and every agent that trusts the old CA must enroll again",
                code: "exists"
            )
        }
        try GuardedFile.makeParents(of: directory)
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw GuardedFile.failure(directory) }
        do {
            let authority = try CertificateAuthority.create(name: "Vigo CA", validity: Self.length(caDays), now: now)
            let key = P256.Signing.PrivateKey()
            let issued = try authority.issueServerCertificate(
                names: names,
                key: key,
                validity: Self.length(serverDays),
                now: now
            )
            // Keys first: a certificate without its key would be worse than none.
            try PrivateFile.write(authority.keyPEM, to: path("ca_key"))
            try PrivateFile.write(Array(authority.certificatePEM.utf8), to: path("ca"), mode: 0o644)
            try PrivateFile.write(Secret(key.pemRepresentation), to: path("key"))
            try PrivateFile.write(Array(issued.pem.utf8), to: path("cert"), mode: 0o644)
        } catch {
            throw OperatorError("the certificates could not be made: \(error)")
        }
        return [
            "  CA certificate written to \(path("ca")), its key to \(path("ca_key")) (mode 0600), valid for \(caDays) days.",
            "  Server certificate written to \(path("cert")), its key to \(path("key")) (mode 0600), valid for \(min(caDays, serverDays)) days.",
            "  Names: \(names.joined(separator: ", ")).",
        ]
    }

    private func path(_ file: String) -> String { "\(directory)/\(file)" }

    private static func length(_ days: Int) -> Duration { .seconds(days * 86_400) }

    package static var hostname: String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// RFC 1123, and a star as the first label.
    static func isName(_ name: String) -> Bool {
        if IPAddress.bytes(name) != nil, !name.contains("%") { return true }
        guard (1...253).contains(name.utf8.count) else { return false }
        var labels = name.split(separator: ".", omittingEmptySubsequences: false)[...]
        if labels.first == "*", labels.count > 1 { labels = labels.dropFirst() }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy {
                    switch $0 {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                    default: false
                    }
                }
        }
    }
}
