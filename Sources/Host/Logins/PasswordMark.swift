import Crypto
import Foundation
import Trust

/// What is kept of a password while its owner is logged in: enough to see that it is still the same, worthless to anybody
/// without this process's memory. Comparing two takes the same time whatever the passwords are.
struct PasswordMark: Sendable, Equatable {
    private let code: HashedAuthenticationCode<SHA256>

    /// Good for one run of the server.
    struct Maker: Sendable {
        private let key = SymmetricKey(size: .bits256)

        func mark(_ password: Secret) -> PasswordMark {
            PasswordMark(code: password.withBytes { HMAC<SHA256>.authenticationCode(for: $0, using: key) })
        }

        /// Equal to no mark of a password.
        func decoy() -> PasswordMark { mark(Secret(RandomToken.random(32))) }
    }

    /// Crypto compares authentication codes in constant time.
    static func == (left: PasswordMark, right: PasswordMark) -> Bool { left.code == right.code }
}
