import Wire

/// Whether an agent takes an update that its server offers. Decides; downloads and changes nothing.
enum UpdateDecision: Equatable {
    case install(UpdateManifest)
    /// It runs this version already.
    case skip
    case refuse(String)

    /// Larger than any agent will be, and small enough for any disk.
    static let largest: UInt64 = 512 << 20

    init(
        _ offer: Vigo_Agent_V1_AgentUpdate,
        running current: String,
        on machine: (os: String, arch: String),
        key: ReleaseKey?
    ) {
        guard offer.version != current else {
            self = .skip
            return
        }
        guard let key else {
            self = .refuse("this agent was built without a release key and never updates itself")
            return
        }
        guard
            let manifest = UpdateManifest(
                version: offer.version,
                os: offer.os,
                arch: offer.arch,
                sha256: offer.sha256
            ), (1...Self.largest).contains(offer.size)
        else {
            self = .refuse("the server's offer makes no sense")
            return
        }
        guard (manifest.os, manifest.arch) == machine else {
            self = .refuse("the offer is for \(manifest.os) on \(manifest.arch), not for this machine")
            return
        }
        guard !offer.signature.isEmpty else {
            self = .refuse("version \(manifest.version) is not signed")
            return
        }
        guard key.hasSigned(manifest, offer.signature) else {
            self = .refuse(
                "the signature of version \(manifest.version) is not by the key that this agent was built with"
            )
            return
        }
        guard let offered = ReleaseVersion(manifest.version), let running = ReleaseVersion(current), offered > running
        else {
            self = .refuse("version \(manifest.version) is older than \(current), which runs here")
            return
        }
        self = .install(manifest)
    }
}
