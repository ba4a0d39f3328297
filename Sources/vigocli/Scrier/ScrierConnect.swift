import ArgumentParser
import Operator
import Wire

struct ScrierConnect: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Open a session of any protocol that works on a terminal.",
        discussion: """
            “vigocli plugins list” shows the protocols, “vigocli plugins show <id>” their parameters.

            EXAMPLES
              vigocli scrier connect --protocol echo --port 7 web-01
              vigocli scrier connect --protocol ssh --param term=vt100 web-01
            """
    )

    @OptionGroup var session: SessionOptions

    @Option(name: .customLong("protocol"), help: ArgumentHelp("The id of a plugin.", valueName: "id"))
    var protocolName: String

    @Option(
        name: .customLong("param"),
        help: ArgumentHelp("A parameter of the plugin; may be given several times.", valueName: "name=value"),
        transform: Parameter.init(parsing:)
    )
    var parameters: [Parameter] = []

    @Option(
        help: ArgumentHelp("Your public key, for protocols that log in by it.", valueName: "path"),
        completion: .file()
    )
    var sshKeyFile: String?

    @Option(help: ArgumentHelp("The user to land as, where several hold your key.", valueName: "name"))
    var login: String?

    struct Parameter {
        let name: String
        let value: String

        init(parsing text: String) throws {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw ValidationError("--param: name=value was expected instead of “\(text)”")
            }
            name = String(text[..<equals])
            value = String(text[text.index(after: equals)...])
        }
    }

    func validate() throws {
        var names: Set<String> = []
        for parameter in parameters where !names.insert(parameter.name).inserted {
            throw ValidationError("--param: “\(parameter.name)” is given twice")
        }
    }

    func run() async throws {
        try SystemTerminal.insist()
        let key = try sshKeyFile.map { try KeyDiscovery.system(environment: Environment.current).find(file: $0) }
        try await open(
            ConnectRequest(
                envoyID: session.envoy,
                protocolName: protocolName,
                port: session.port,
                sshPublicKey: key?.description,
                login: login,
                parameters: parameters.isEmpty
                    ? nil : Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) }),
                withoutRecording: session.withoutRecording ? true : nil,
                reason: session.reason
            ),
            wait: session.timeout
        )
    }
}
