package import Trust

/// Which public key is the operator's: the first of several places that holds one.
package struct KeyDiscovery {
    package var environment: [String: String]
    /// The login's user, from /proc/self/loginuid: survives `su` and `sudo`.
    package var loginUser: User?
    /// The text of a file, nil where it cannot be read.
    package var read: (String) -> String?
    /// A user by name.
    package var lookUp: (String) -> User?

    package struct User: Equatable, Sendable {
        package var name: String
        package var home: String

        package init(name: String, home: String) {
            self.name = name
            self.home = home
        }
    }

    package init(
        environment: [String: String],
        loginUser: User?,
        read: @escaping (String) -> String?,
        lookUp: @escaping (String) -> User?
    ) {
        self.environment = environment
        self.loginUser = loginUser
        self.read = read
        self.lookUp = lookUp
    }

    package func find(file: String?) throws(OperatorError) -> SSHPublicKey {
        if let file { return try PublicKeyFile.key(in: file, read: read) }
        if let path = environment["SSH_USER_AUTH"], let key = keyOfLogin(path) { return key }
        for user in [loginUser, environment["SUDO_USER"].flatMap(lookUp)] {
            guard let user else { continue }
            for name in ["id_ed25519.pub", "id_rsa.pub"] {
                if let text = read("\(user.home)/.ssh/\(name)"), let key = PublicKeyFile.firstKey(text) { return key }
            }
        }
        throw OperatorError(
            "cannot auto-detect your SSH pubkey (not in $SSH_USER_AUTH, nor in .ssh/id_ed25519.pub or .ssh/id_rsa.pub of the login user or of $SUDO_USER): pass --ssh-key-file PATH"
        )
    }

    /// sshd's `ExposeAuthInfo`: lines such as `publickey ssh-ed25519 AAAA…`. A certificate's line is passed over: no authorized_keys
    /// file names the key in it.
    private func keyOfLogin(_ path: String) -> SSHPublicKey? {
        read(path)?.split(separator: "\n").lazy
            .filter { $0.hasPrefix("publickey ") }
            .compactMap { try? SSHPublicKey(parsing: String($0.dropFirst("publickey ".count))) }
            .first
    }
}
