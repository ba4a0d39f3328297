package import Wire

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What `secrets status` tells, in the order of the questions that somebody with a problem has.
package struct VaultOverview: Encodable, Equatable, Sendable {
    package enum Gate: String, Encodable, Sendable {
        case open, locked
        case notSetUp = "not_set_up"
    }

    package var directory: String
    package var gate: Gate
    package var gateCloses: Date?
    /// Nil for a backend that keeps no sealed files.
    package var hasMasterKey: Bool?
    /// Such a backend's.
    package var hasCredentials: Bool?
    /// Nil where the key files are as no rotation leaves them, and where there is none to rotate.
    package var rotation: String?
    /// Who has the vault open: a server's admin socket, or nobody.
    package var server: String?
    /// Nil while the gate is closed: what lies behind it is not told.
    package var vault: SecretsReport?

    private enum CodingKeys: String, CodingKey {
        case directory, gate, rotation, server, vault
        case gateCloses = "gate_closes"
        case hasMasterKey = "has_master_key"
        case hasCredentials = "has_credentials"
    }
}

extension VaultOverview {
    /// Looks at the files only.
    package init(_ lock: VaultLock, now: Int64) throws(OperatorError) {
        let places = lock.places
        let gate = try lock.gate()
        let isOpen = gate.isOpen(at: now)
        directory = places.directory
        self.gate = isOpen ? .open : lock.hasVerifier ? .locked : .notSetUp
        gateCloses = isOpen ? gate.closes.map { Date(timeIntervalSince1970: Double($0)) } : nil
        let hasKeyFile = GuardedFile.exists(places.keyFile)
        if places.hasMasterKey {
            hasMasterKey = hasKeyFile
            let isUntouched = ![places.keyFile, places.nextKeyFile, places.oldKeyFile].contains(
                where: GuardedFile.exists
            )
            rotation = isUntouched ? KeyRotationStage.idle.rawValue : KeyRotationStage(places)?.rawValue
        } else {
            hasCredentials = hasKeyFile
        }
    }
}
