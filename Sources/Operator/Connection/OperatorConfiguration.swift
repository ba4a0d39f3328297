import Glibc

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which server to talk to, and as whom: from the environment, then `~/.config/vigo/config`, then the local server's
/// admin socket.
package struct OperatorConfiguration: Equatable, Sendable {
    package var server: ServerLocation
    package var token: String?
    /// The CA that signed the server's certificate, where the system does not know it.
    package var caFile: String?

    package static let systemAdminSocket = "/run/vigo/admin.sock"

    package init(server: ServerLocation, token: String? = nil, caFile: String? = nil) {
        self.server = server
        self.token = token
        self.caFile = caFile
    }

    /// - Parameters:
    ///   - file: the text of the configuration file, nil where there is none.
    ///   - hasSystemSocket: whether a server's admin socket is on this machine, for us to use.
    package init(environment: [String: String], file: String?, hasSystemSocket: Bool) throws(OperatorError) {
        let settings = try Self.settings(file ?? "")
        token = environment["VIGO_TOKEN"] ?? settings["token"]
        caFile = environment["VIGO_CA_FILE"] ?? settings["ca_file"]
        if let path = environment["VIGO_ADMIN_SOCKET"], !path.isEmpty {
            server = .adminSocket(path: path)
        } else if let url = environment["VIGO_SERVER"] ?? settings["server"] {
            server = try ServerLocation(url: url)
        } else if hasSystemSocket {
            server = .adminSocket(path: Self.systemAdminSocket)
        } else {
            throw OperatorError(
                "no server is known: set VIGO_SERVER and VIGO_TOKEN, or write “server = https://…” and “token = …” into ~/.config/vigo/config"
            )
        }
        if case .https = server, token == nil {
            throw OperatorError(
                "no API token is known: set VIGO_TOKEN, or write “token = …” into ~/.config/vigo/config"
            )
        }
    }

    /// Lines of `key = value`; `#` begins a comment line.
    private static func settings(_ text: String) throws(OperatorError) -> [String: String] {
        var settings: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else {
                throw OperatorError("~/.config/vigo/config, line \(index + 1): “key = value” was expected")
            }
            let key = line[..<equals].trimmed
            guard ["server", "token", "ca_file"].contains(key) else {
                throw OperatorError(
                    "~/.config/vigo/config, line \(index + 1): “\(key)” is unknown (server, token and ca_file are)"
                )
            }
            settings[key] = line[line.index(after: equals)...].trimmed
        }
        return settings
    }
}

extension OperatorConfiguration {
    package static func path(environment: [String: String]) throws(OperatorError) -> String {
        if let directory = environment["XDG_CONFIG_HOME"], directory.hasPrefix("/") {
            return directory + "/vigo/config"
        }
        guard let home = environment["HOME"], !home.isEmpty else {
            throw OperatorError("HOME is not set, so that ~/.config/vigo/config cannot be found")
        }
        return home + "/.config/vigo/config"
    }

    /// The file's text, nil where there is none. One that others may read, or may have written, is refused: it holds a token.
    private static func file(environment: [String: String]) throws -> String? {
        guard let path = try? path(environment: environment) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw OperatorError("\(path) cannot be read: \(String(cString: strerror(errno)))")
            }
            return nil
        }
        guard status.st_mode & 0o077 == 0 else {
            throw OperatorError("\(path) holds a token and others may read it: chmod 600 \(path)")
        }
        guard status.st_uid == geteuid() || geteuid() == 0 else {
            throw OperatorError("\(path) belongs to another user: it must be yours")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw OperatorError("\(path) cannot be read as text")
        }
        return text
    }

    /// As this process finds it.
    package static func current(environment: [String: String]) throws -> OperatorConfiguration {
        try OperatorConfiguration(
            environment: environment,
            file: try file(environment: environment),
            hasSystemSocket: access(systemAdminSocket, W_OK) == 0
        )
    }
}

extension StringProtocol {
    var trimmed: String {
        let rest = drop(while: \.isWhitespace)
        return String(
            rest.prefix(
                rest.lastIndex { !$0.isWhitespace }.map { rest.distance(from: rest.startIndex, to: $0) + 1 } ?? 0
            )
        )
    }
}
