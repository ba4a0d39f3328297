package import Foundation

/// A throw-away user of this machine with a key of its own in authorized_keys.
package final class TestUser {
    package let name: String
    package let home: URL
    package let publicKeyFile: URL

    package var authorizedKeys: URL { home.appending(path: ".ssh/authorized_keys") }

    /// - Parameter directory: where the operator's key pair goes.
    package init(keysIn directory: URL) throws {
        name = "scrier-t" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
        home = URL(filePath: "/home/\(name)")
        publicKeyFile = directory.appending(path: "\(name).pub")
        let key = directory.appending(path: name).path
        let script = """
            set -e
            useradd --create-home --shell /bin/bash --password '*' \(name)
            ssh-keygen -q -t ed25519 -N '' -C operator@\(name) -f '\(key)'
            install -d -m 0700 -o \(name) -g \(name) \(home.path)/.ssh
            install -m 0600 -o \(name) -g \(name) '\(key).pub' \(home.path)/.ssh/authorized_keys
            """
        let made = try Command.shell(script)
        guard made.status == 0 else { throw NeverHappened(description: "user \(name): \(made.errors)") }
    }

    package func remove() {
        _ = try? Command.shell("pkill -KILL -u \(name); userdel --remove \(name) 2>/dev/null")
    }
}
