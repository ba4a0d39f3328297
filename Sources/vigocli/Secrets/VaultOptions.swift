import ArgumentParser
import Glibc
import Operator
import Trust

/// What every command of the vault takes.
struct VaultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where the sealed secrets lie.", valueName: "path"),
        completion: .directory
    )
    var secretsDir = VaultPlaces.usualDirectory

    @Option(
        help: ArgumentHelp("The master key (default: .master.key in the secrets directory).", valueName: "path"),
        completion: .file()
    )
    var keyFile: String?

    /// Before anything secret is in memory.
    func begin() throws -> VaultLock {
        ProcessPrivacy.begin()
        let directory = getcwd(nil, 0)
        defer { free(directory) }
        let working = directory.map { String(cString: $0) } ?? "/"
        return VaultLock(try VaultPlaces(directory: secretsDir, keyFile: keyFile, workingDirectory: working))
    }

    /// The same, for a command that touches the key file: the server's configuration says where it is and what is in it. With
    /// --key-file one that cannot be read stops nobody.
    func beginWithKey() throws -> VaultLock {
        let lock = try begin()
        if keyFile == nil { return lock.with(try VaultSettings.read(lock.places)) }
        return (try? VaultSettings.read(lock.places)).map(lock.with) ?? lock
    }

    /// The same, for a command that the unlock passphrase stands in front of.
    func beginUnlocked() throws -> VaultLock {
        let lock = try begin()
        try lock.requireOpen()
        return lock
    }
}

extension SecretKey: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
