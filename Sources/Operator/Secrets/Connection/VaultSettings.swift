import Wire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the server's configuration says of the vault, as far as making one needs to know.
package struct VaultSettings: Sendable {
    /// Nil where the configuration was not read.
    var keyFile: String?
    /// The vault worker's uid and group.
    var workerGroup: UInt32 = 60_999
    /// Whether the vault keeps sealed files, for which there must be a master key.
    var needsMasterKey = true

    /// As vigosrv, which reads server.yaml, tells it; the defaults where there is no vigosrv.
    package static func read(_ places: VaultPlaces) throws(OperatorError) -> VaultSettings {
        let process: VaultServerProcess
        do throws(OperatorError) {
            process = try VaultServerProcess(places, environment: Environment.current, arguments: ["--describe"])
        } catch {
            guard error.code == "no_server" else { throw error }
            return VaultSettings()
        }
        defer { process.stop() }
        let text = process.answer()
        guard let told = try? WireJSON.decode(VaultDescription.self, from: Data(text.utf8)) else {
            throw OperatorError(
                text.hasPrefix("failed ") ? text.dropFirst(7).trimmed : "vigosrv did not say how the vault is set up"
            )
        }
        return VaultSettings(keyFile: told.keyFile, workerGroup: told.workerUID, needsMasterKey: told.isBuiltIn)
    }
}
