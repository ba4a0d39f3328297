extension AuthorizedKey {
    /// A public key as `ssh-keygen` writes it; nil unless the blob names the same algorithm.
    init?(parsing text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 16_384, !bytes.contains(UInt8(ascii: "\n")), !bytes.contains(0),
            let line = AuthorizedKeyLine(parsing: bytes[...]), line.options == AuthorizedKeyOptions()
        else { return nil }
        let name = Array(line.key.algorithm.utf8)
        let prefix = [0, 0, UInt8(name.count >> 8), UInt8(name.count & 0xff)] + name
        guard line.key.blob.starts(with: prefix) else { return nil }
        if line.key.algorithm == "ssh-ed25519" {
            guard line.key.blob.count == prefix.count + 4 + 32 else { return nil }
        }
        self = line.key
    }
}
