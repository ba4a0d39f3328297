import NIOCore
import Synchronization
import Trust

/// What operators sign to show that a public key is theirs: one use each, for whoever asked for it and nobody else.
final class KeyChallenges: Sendable {
    private struct Challenge {
        let text: String
        let expires: NIODeadline
    }

    /// A hardware token waits for a touch, an agent perhaps for a confirmation.
    static let validity = TimeAmount.minutes(2)
    /// Of one caller, unused; the oldest goes.
    private static let limit = 32
    private let waiting = Mutex<[String: [Challenge]]>([:])

    func issue(to caller: Caller, at now: NIODeadline = .now()) -> String {
        let challenge = Challenge(text: RandomToken.make(.challenge).text, expires: now + Self.validity)
        waiting.withLock { waiting in
            waiting = waiting.compactMapValues { challenges in
                let good = challenges.filter { $0.expires > now }
                return good.isEmpty ? nil : good
            }
            waiting[caller.credential] = waiting[caller.credential, default: []].suffix(Self.limit - 1) + [challenge]
        }
        return challenge.text
    }

    /// Whether it was issued to this caller and is fresh. Burnt by the asking.
    func redeem(_ text: String, by caller: Caller, at now: NIODeadline = .now()) -> Bool {
        waiting.withLock { waiting in
            guard let index = waiting[caller.credential]?.firstIndex(where: { $0.text == text }) else { return false }
            return waiting[caller.credential]!.remove(at: index).expires > now
        }
    }
}
