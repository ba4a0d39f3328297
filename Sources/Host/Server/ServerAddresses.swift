import Foundation
import Glibc
import NIOCore
import NIOPosix

/// What the server is reached by: from the configuration, else from what the machine knows of itself.
struct ServerAddresses: Sendable {
    let listen: ListenAddress
    let agentListen: ListenAddress
    let publicURL: PublicURL
    let agentAddress: String
    /// For the server's certificate.
    let names: [String]

    init(_ configuration: ServerConfiguration.Server) throws(StartError) {
        listen = try Self.resolved(configuration.listen)
        agentListen = try Self.resolved(configuration.agentListen)
        let addresses = Self.addresses()
        let own = Self.reachable(listen.host, addresses)
        let url = configuration.publicURL ?? "https://\(ListenAddress(host: own, port: listen.port))"
        guard let publicURL = PublicURL(url) else { throw StartError("server.public_url: \(url) cannot be used") }
        self.publicURL = publicURL
        agentAddress =
            configuration.agentAddress
            ?? ListenAddress(host: publicURL.host.trimmingCharacters(in: ["[", "]"]), port: agentListen.port)
            .description
        let agentHost = ListenAddress(agentAddress)?.host
        var names = [publicURL.host.trimmingCharacters(in: ["[", "]"]), "localhost", "127.0.0.1", "::1"]
        names += addresses + [Self.hostname()].compactMap { $0 } + [agentHost].compactMap { $0 }
        var seen: Set<String> = []
        self.names = names.filter { !$0.isEmpty && seen.insert($0.lowercased()).inserted }
    }

    private static func hostname() -> String? {
        let name = ProcessInfo.processInfo.hostName
        return name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } ? name : nil
    }

    private static func addresses() -> [String] {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { device -> String? in
            guard let address = device.address?.ipAddress, !address.hasPrefix("127."), address != "::1",
                !address.lowercased().hasPrefix("fe80")
            else { return nil }
            return address
        }.sorted { !$0.contains(":") && $1.contains(":") }
    }

    private static func reachable(_ host: String, _ addresses: [String]) -> String {
        guard host == "0.0.0.0" || host == "::" else { return host }
        return addresses.first ?? "127.0.0.1"
    }

    /// Port 0 is "any": it must be known before the first script or certificate speaks of it.
    private static func resolved(_ address: ListenAddress) throws(StartError) -> ListenAddress {
        guard address.port == 0 else { return address }
        do {
            let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: address.host, port: 0).wait()
            defer { try? channel.close().wait() }
            return ListenAddress(host: address.host, port: channel.localAddress?.port ?? 0)
        } catch {
            throw StartError("\(address): \(error)")
        }
    }
}
