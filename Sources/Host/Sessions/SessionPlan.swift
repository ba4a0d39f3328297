import Foundation
import Trust
import WorkerProtocol

/// What was asked for and found to be in order, before anything is started.
struct SessionPlan: Sendable {
    let id: UUID
    let envoy: UUID
    let hostname: String
    let plugin: PluginDescriptor
    let port: Int
    let actor: String
    /// Nil for root, who is no user of the server.
    var user: UUID?
    /// What the actor asked with, and when that ends: the session ends with it.
    var credential: String?
    var credentialExpires: Date?
    let clientAddress: String
    var operatorKey: SSHPublicKey?
    /// The operator has shown that the key is theirs.
    var isKeyProved = false
    var login: String?
    var parameters: [String: String]
    var columns: Int
    var rows: Int
    let askedAt: Date
    var recording = RecordingChoice.none
}
