import Trust

/// A file that holds an SSH public key, as `ssh-keygen` writes them.
enum PublicKeyFile {
    static func key(in file: String, read: (String) -> String?) throws(OperatorError) -> SSHPublicKey {
        guard let text = read(file) else { throw OperatorError("\(file) cannot be read") }
        if let key = firstKey(text) { return key }
        guard !text.contains("PRIVATE KEY") else {
            throw OperatorError(
                "\(file) is a private key, and it should stay where it is: pass the public one, \(file).pub"
            )
        }
        guard !text.contains("-cert-v01@openssh.com ") else {
            throw OperatorError("\(file) is an SSH certificate: pass the plain public key that it was made for")
        }
        throw OperatorError("\(file) holds no SSH public key")
    }

    static func firstKey(_ text: String) -> SSHPublicKey? {
        text.split(whereSeparator: \.isNewline).lazy.compactMap { try? SSHPublicKey(parsing: String($0)) }.first
    }
}
