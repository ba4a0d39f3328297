import Foundation

/// One server for all tests that leave it as it is: each has a folder of its own.
enum SharedBao {
    static func server() throws -> BaoServer { try made.get() }

    static func backend(
        _ parameters: [String: String] = [:],
        prefix: String,
        credentials: String? = nil
    ) throws -> RunningBackend {
        try server().backend(parameters.merging(["prefix": prefix]) { $1 }, credentials: credentials)
    }

    /// As a user of the plugin writes it.
    static func folder() -> String { "vigo/\(UUID().uuidString.prefix(8))" }

    nonisolated(unsafe) private static let made: Result<BaoServer, any Error> = Result {
        let server = try BaoServer()
        // Nobody gives a static away.
        atexit { SharedBao.end() }
        return server
    }

    private static func end() { try? made.get().end() }
}
