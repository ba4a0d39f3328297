import Store

/// What a certificate that is in order counts for, by what the store knows of its envoy.
package enum CertificateStanding: Sendable, Equatable {
    /// The envoy is not enrolled, waits for approval, or was revoked.
    case inactive
    /// The newest of an active envoy. Until its first use the one before it is good as well.
    case newest(isFirstUse: Bool)
    /// The one that was in use before the newest, which nobody has used yet: its answer may have been lost.
    case previous
    /// A newer one has been used.
    case superseded

    init(of serial: String, in envoy: EnvoyRecord?) {
        guard let envoy, envoy.status == .active else {
            self = .inactive
            return
        }
        self =
            switch serial {
            case envoy.certificateSerial: .newest(isFirstUse: envoy.previousSerial != nil)
            case envoy.previousSerial: .previous
            default: .superseded
            }
    }
}
