import Testing

@testable import Agent

@Suite struct AgentConfigurationTests {
    private let sample = AgentConfiguration(
        server: "https://vigo.example.com:8443",
        envoyID: "11111111-2222-3333-4444-555555555555",
        agentAddress: ServerAddress(host: "vigo.example.com", port: 1530),
        serverIdentityKey: Array(repeating: 7, count: 32),
        checkInSeconds: 300,
        allowedPorts: [22, 5900]
    )

    @Test func `what is written is read`() throws {
        #expect(try AgentConfiguration(parsing: sample.text, file: "config") == sample)
    }

    @Test(arguments: [
        (
            "check_in_seconds = 300", "check_in_seconds = often",
            "config:5: check_in_seconds is 'often'; expected a number"
        ),
        ("allowed_ports = 22, 5900", "allowed_ports = 22, 99999", "config:6: allowed_ports"),
        ("server = ", "sever = ", "config:1: unknown key sever"),
        ("max_tunnels = 64", "max_tunnels", "config:7: expected key = value"),
        ("max_tunnels = 64", "server = x", "config:7: server stands here twice"),
        ("vigo.example.com:1530", "vigo.example.com", "config:3: agent_address"),
        ("envoy_id = 1", "envoy_id = x", "config:2: envoy_id"),
    ])
    func `a mistake is named with its file and line`(old: String, new: String, message: String) {
        let text = sample.text.replacing(old, with: new)
        let error = #expect(throws: ConfigurationError.self) { try AgentConfiguration(parsing: text, file: "config") }
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }

    @Test func `an owner who allows no port is obeyed`() throws {
        let text = sample.text.replacing("allowed_ports = 22, 5900", with: "allowed_ports =")
        let ports = try AgentConfiguration(parsing: text, file: "config").allowedPorts
        #expect(ports.isEmpty)
        #expect(AllowedPort(22, owner: ports, server: [22]) == nil)
    }

    @Test func `a server narrows what the owner allows and never widens it`() {
        #expect(AllowedPort(22, owner: [22], server: nil) != nil)
        #expect(AllowedPort(22, owner: [22], server: [22, 80]) != nil)
        #expect(AllowedPort(80, owner: [22], server: [22, 80]) == nil)
        #expect(AllowedPort(22, owner: [22], server: []) == nil)
        #expect(AllowedPort(0, owner: [0], server: nil) == nil)
        #expect(AllowedPort(65558, owner: [22], server: nil) == nil)
    }
}
