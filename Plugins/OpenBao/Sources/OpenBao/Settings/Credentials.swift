import PluginKit

/// What lay in the credentials file: the token, the secret id, or the password.
enum Credentials {
    private static let longest = 16 * 1024

    /// Editors and `echo` end a file with a new line, which is no part of what is in it.
    static func read(_ bytes: UnsafeRawBufferPointer?, for method: LoginMethod) throws(SessionFailure) -> WipedBytes {
        guard let bytes else {
            throw SessionFailure(
                .invalid,
                "The openbao backend came without credentials: secrets.key_file of server.yaml names a file that holds the \(method.credentials)."
            )
        }
        var end = bytes.count
        while end > 0, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        // A token goes into a header; what is no printable ASCII was never one.
        let isUsable = method == .token ? value.allSatisfy { (0x21...0x7e).contains($0) } : !value.contains(0)
        guard isUsable, (1...longest).contains(value.count) else {
            throw SessionFailure(
                .invalid,
                "The credentials file of the openbao backend must hold the \(method.credentials) and nothing else."
            )
        }
        return WipedBytes(value)
    }
}
