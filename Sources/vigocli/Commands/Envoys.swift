import ArgumentParser
import Operator
import Wire

struct Envoys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The enrolled hosts.",
        subcommands: [List.self, Show.self, Approve.self, Revoke.self, Delete.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the envoys.")

        @Option(help: ArgumentHelp("Only those: active, pending or revoked.", valueName: "status"))
        var status: EnvoyStatus?

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let path = "/api/v1/envoys" + (status.map { "?status=\($0.rawValue)" } ?? "")
            let items = try await Server.api().request(.GET, path, as: Items<EnvoySummary>.self).items
            try output.print(items, ["HOSTNAME", "ENVOY", "STATUS", "CONNECTED", "OS", "VERSION", "LAST SEEN"]) {
                [
                    Shown.text($0.hostname), Shown.uuid($0.id), $0.status.rawValue, $0.connected ? "yes" : "no",
                    Shown.text([$0.os, $0.arch].compactMap(\.self).joined(separator: "/")),
                    Shown.text($0.agentVersion), Shown.date($0.lastSeen),
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one envoy.")

        @Argument(help: "Hostname or UUID.")
        var envoy: String

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let path = "/api/v1/envoys/\(Server.escape(envoy))"
            let item = try await Server.api().request(.GET, path, as: EnvoySummary.self)
            try output.print(
                item,
                fields: [
                    ("hostname", Shown.text(item.hostname)), ("id", Shown.uuid(item.id)),
                    ("status", item.status.rawValue), ("connected", item.connected ? "yes" : "no"),
                    ("address", Shown.text(item.address)), ("os", Shown.text(item.os)),
                    ("arch", Shown.text(item.arch)), ("agent", Shown.text(item.agentVersion)),
                    ("enrolled", Shown.date(item.enrolledAt)), ("last seen", Shown.date(item.lastSeen)),
                    ("certificate until", Shown.date(item.certificateNotAfter)),
                    ("identity", Shown.text(item.identityFingerprint)),
                ]
            )
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a pending envoy in.")

        @Argument(help: "Hostname or UUID.")
        var envoy: String

        mutating func run() async throws {
            try await Server.api().perform(.POST, "/api/v1/envoys/\(Server.escape(envoy))/approve")
            print("\(envoy) is approved")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shut an envoy out, with its open tunnels.")

        @Argument(help: "Hostname or UUID.")
        var envoy: String

        mutating func run() async throws {
            try await Server.api().perform(.POST, "/api/v1/envoys/\(Server.escape(envoy))/revoke")
            print("\(envoy) is revoked")
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget an envoy.")

        @Argument(help: "Hostname or UUID.")
        var envoy: String

        mutating func run() async throws {
            try await Server.api().perform(.DELETE, "/api/v1/envoys/\(Server.escape(envoy))")
            print("\(envoy) is deleted")
        }
    }
}

extension EnvoyStatus: ExpressibleByArgument {}
