package import Foundation

/// Those who build agents and sign them.
extension Lab {
    /// A fresh Ed25519 key, as `SIGN_KEY` takes it.
    package func makeSigningKey(_ name: String = "signing") throws -> URL {
        let key = scratch.appending(path: "\(name).pem")
        if !FileManager.default.fileExists(atPath: key.path) {
            try Self.succeed("openssl genpkey -algorithm ed25519 -out '\(key.path)'")
        }
        return key
    }

    /// The agent as `VIGO_VERSION` and `SIGN_KEY` would make it: of the built one's version, or of one after it.
    ///
    /// Another build of the agent would take minutes, and differ in two strings. They lie in sections of their own, so a
    /// copy gets others; all code is the real agent's.
    package func buildAgent(newer: Bool, key: URL) throws -> URL {
        let agent = scratch.appending(path: newer ? "newer" : "older")
        let version = newer ? try Lab.newerVersion() : try Lab.builtVersion()
        try Self.succeed(
            """
            set -e
            key=$(SIGN_KEY='\(key.path)' '\(Self.sources.path)/scripts/release-key' public)
            printf %s '\(version)' >'\(agent.path).version'; truncate -s 48 '\(agent.path).version'
            printf %s "$key" >'\(agent.path).key'; truncate -s 65 '\(agent.path).key'
            objcopy --update-section .vigo.version='\(agent.path).version' \
                --update-section .vigo.key='\(agent.path).key' '\(Lab.program("vigo").path)' '\(agent.path)'
            """
        )
        return agent
    }

    package static func builtVersion() throws -> String {
        try succeed("'\(program("vigo").path)' --version").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    package static func newerVersion() throws -> String {
        var numbers = try builtVersion().split(separator: ".").compactMap { Int($0) }
        numbers[2] += 1
        return numbers.map(String.init).joined(separator: ".")
    }

    /// Makes an agent crash where it reads who it is, as one with a mistake there would: an instruction that no
    /// processor knows takes the place of the function's first one.
    package func breakStart(of agent: URL) throws {
        try Self.succeed(
            #"""
            set -e
            start=$(nm '\#(agent.path)' | sed -n 's/^\([0-9a-f]*\) [tT] \$s5Agent10EnvoyStateC.*Kcfc$/\1/p' | head -n 1)
            set -- $(readelf -SW '\#(agent.path)' | sed -n 's/^ *\[ *[0-9]*\] \.text  *PROGBITS  *//p')
            case $(uname -m) in x86_64) instruction='\017\013' ;; *) instruction='\000\000\000\000' ;; esac
            printf "$instruction" |
                dd of='\#(agent.path)' bs=1 conv=notrunc seek=$((0x$start - 0x$1 + 0x$2)) 2>/dev/null
            """#
        )
    }

    /// Puts an agent where the server hands it out from, by the script that `make dist-agent` uses.
    package func publish(_ agent: URL, signedBy key: URL?) throws {
        try Self.succeed(
            "SIGN_KEY='\(key?.path ?? "")' '\(Self.sources.path)/scripts/publish-agent' '\(agent.path)' "
                + "'\(scratch.path)/agents'"
        )
    }

    private static let sources = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

    @discardableResult
    private static func succeed(_ line: String) throws -> String {
        let done = try Command.shell(line)
        guard done.status == 0 else { throw NeverHappened(description: "\(line): \(done.output)\(done.errors)") }
        return done.output
    }
}
