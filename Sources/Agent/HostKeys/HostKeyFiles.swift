import Glibc

/// Which host keys an sshd uses: what `sshd -T` prints, and the public halves beside the files it names.
struct HostKeyFiles {
    /// The `hostkey` lines of `sshd -T`.
    static func paths(in effectiveConfiguration: String) -> [String] {
        effectiveConfiguration.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[0].lowercased() == "hostkey", words[1].hasPrefix("/") else { return nil }
            return String(words[1])
        }
    }

    /// Where sshd looks when nobody says otherwise.
    static func standardPaths(in directory: String = "/etc/ssh") -> [String] {
        ["ed25519", "ecdsa", "rsa"].map { "\(directory)/ssh_host_\($0)_key" }
    }

    /// `algorithm base64`, one for each file that can be read.
    static func publicKeys(besides paths: [String]) -> [String] {
        paths.compactMap { path in
            let name = path.hasSuffix(".pub") ? path : path + ".pub"
            guard let text = try? PrivateFile.text(name) else { return nil }
            let first = text.split(separator: "\n").first.map(String.init) ?? ""
            guard let key = AuthorizedKey(parsing: first) else { return nil }
            return "\(key.algorithm) \(Base64.encode(key.blob))"
        }
    }
}
