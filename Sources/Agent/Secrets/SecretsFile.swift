import Glibc
import Trust

/// The file of sealed secrets in the state directory. What cannot be used is passed over: the server has them all.
struct SecretsFile {
    /// More than one answer of the server holds.
    private static let largest = 16 << 20

    let path: String
    let sealing: SealedSecrets

    enum Found {
        case nothing
        case secrets(HeldSecrets)
        /// Somebody should know.
        case unusable(String)
    }

    func read(epoch: UInt64) -> Found {
        guard PrivateFile.exists(path) else { return .nothing }
        do {
            return .secrets(try sealing.open(PrivateFile.read(path, limit: Self.largest), epoch: epoch))
        } catch let error as FileError {
            return .unusable("\(error)")
        } catch {
            return .unusable("\(path): \(error)")
        }
    }

    /// One without values is no file.
    func write(_ secrets: HeldSecrets) throws {
        guard !secrets.values.isEmpty else { return remove() }
        try PrivateFile.write(try sealing.seal(secrets), to: path)
    }

    func remove() { unlink(path) }
}
