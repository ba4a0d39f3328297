import ArgumentParser
import Testing

@testable import vigocli

@Suite struct ArgumentTests {
    @Test(arguments: [
        "scrier ssh", "scrier ssh a b", "scrier ssh --port 0 web", "scrier ssh --port 65536 web",
        "scrier ssh --port x web",
        "scrier ssh --timeout 0 web", "scrier ssh --timeout -1 web", "scrier ssh --timeout 25h web",
        "scrier ssh --timeout 1d web", "scrier ssh --timeout 5sec web", "scrier ssh --timeout 99999999999999999999 web",
        "scrier ssh --timeout s web", "scrier ssh --tmeout 3 web", "scrier connect web",
        "scrier connect --protocol echo --param term web", "scrier connect --protocol echo --param =x web",
        "scrier connect --protocol echo --param a=1 --param a=2 web", "scrier sessions --state asleep",
        "scrier terminate", "scrier", "envoys list --output xml", "envoys list --status gone", "envoys show",
        "tokens generate", "tokens generate --pattern x --expires 5", "tokens generate --pattern x --expires 0h",
        "tokens generate --pattern x --expires 99999d", "webusers create --username dan",
        "webusers create --username dan --role root", "webusers delete", "webusers update",
        "webusers update --username dan --role root", "logins end", "logins end a --username dan",
        "apitokens create --username dan",
        "approved add",
        "secrets set raw", "secrets set password a b", "secrets set a", "secrets reveal", "secrets reveal ../x",
        "secrets delete /a", "secrets list a", "secrets list --output yaml", "secrets export", "secrets import",
        "secrets export --output", "secrets generate-certs --ca-days 0", "secrets generate-certs --server-days 99999",
        "secrets generate-certs --ca-days x", "secrets unlock now", "secrets rotate-key --force",
        "config set-server", "nonsense", "audit verify --file",
    ])
    func `nonsense is refused before a server is asked`(line: String) {
        let error = #expect(throws: (any Error).self) {
            let command = try Vigocli.parseAsRoot(line.split(separator: " ").map(String.init))
            // A group without a verb shows its help instead.
            if type(of: command).configuration.subcommands.isEmpty == false { throw CleanExit.helpRequest() }
        }
        if let error, !(error is CleanExit) { #expect(Vigocli.exitCode(for: error) == .validationFailure) }
    }

    @Test(arguments: [("30", 30), ("45s", 45), ("2m", 120), ("24h", 86_400), ("1", 1)])
    func `a wait may be typed with its unit`(text: String, seconds: Int64) throws {
        #expect(try WaitTime(parsing: text).seconds == seconds)
    }

    @Test(arguments: [("90s", 90), ("30m", 1800), ("24h", 86_400), ("90d", 7_776_000)])
    func `a lifetime is typed with its unit`(text: String, seconds: Int) throws {
        #expect(try Lifetime(parsing: text).seconds == seconds)
    }

    @Test func `a session is waited for 30 seconds, on the protocol's own port`() throws {
        let command = try #require(try Vigocli.parseAsRoot(["scrier", "ssh", "web-01"]) as? ScrierSSH)
        #expect(command.session.timeout.seconds == 30)
        #expect(command.session.port == nil)
        #expect(command.session.envoy == "web-01")
    }

    @Test func `parameters may hold equals signs and be empty`() throws {
        let line = ["scrier", "connect", "--protocol", "echo", "--param", "a=b=c", "--param", "d=", "web-01"]
        let command = try #require(try Vigocli.parseAsRoot(line) as? ScrierConnect)
        #expect(command.parameters.map(\.value) == ["b=c", ""])
    }

    @Test func `every command says what it is for`() {
        func look(_ command: any ParsableCommand.Type) {
            #expect(!command.configuration.abstract.isEmpty, "\(command)")
            command.configuration.subcommands.forEach(look)
        }
        look(Vigocli.self)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `shells can complete the commands`(shell: String) {
        let script = Vigocli.completionScript(for: CompletionShell(rawValue: shell)!)
        #expect(script.contains("terminate"))
    }

    @Test func `the vault lies where the specification says`() throws {
        let list = try #require(try Vigocli.parseAsRoot(["secrets", "list"]) as? SecretsList)
        #expect(list.vault.secretsDir == "/srv/vigo/secrets")
        #expect(list.vault.keyFile == nil)
        let line = ["secrets", "generate-certs", "--san", "a", "--san", "b"]
        let certificates = try #require(try Vigocli.parseAsRoot(line) as? SecretsGenerateCerts)
        #expect(certificates.tlsDir == "/srv/vigo/tls")
        #expect(certificates.caDays == 3650 && certificates.serverDays == 365 && certificates.san == ["a", "b"])
    }

    @Test func `every command of the vault takes its directory and its key`() throws {
        for verb in Secrets.configuration.subcommands where verb != SecretsSet.self {
            let help = Vigocli.helpMessage(for: verb, columns: 100)
            #expect(help.contains("--secrets-dir") && help.contains("--key-file"), "\(verb)")
        }
    }
}
