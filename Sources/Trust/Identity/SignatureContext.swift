#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a signature is for. The names stand in agent.proto.
package enum SignatureContext: String, Sendable {
    case checkIn = "vigo check-in 1"
    case checkInAnswer = "vigo check-in answer 1"
    case certificate = "vigo certificate 1"
    case resolveSecrets = "vigo resolve secrets 1"
    case resolvedSecrets = "vigo resolved secrets 1"
    case previousIdentity = "vigo previous identity 1"

    func message(_ payload: some DataProtocol) -> Data {
        var message = Data(rawValue.utf8)
        message.append(0)
        message.append(contentsOf: payload)
        return message
    }
}
