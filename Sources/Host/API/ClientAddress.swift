import Foundation
import Trust

/// Where a request comes from. X-Forwarded-For counts only as far as trusted proxies wrote it.
struct ClientAddress: Sendable {
    let trustedProxies: [CIDR]

    func find(peer: String?, forwardedFor: [String]) -> String {
        guard var address = peer else { return "local" }
        // Each proxy adds whom it heard it from at the end.
        var chain = forwardedFor.flatMap { $0.split(separator: ",") }.map { $0.trimmingCharacters(in: .whitespaces) }
        while trustedProxies.contains(where: { $0.contains(address) }), let next = chain.popLast() {
            guard IPAddress.bytes(next) != nil else { break }
            address = next
        }
        return address
    }
}
