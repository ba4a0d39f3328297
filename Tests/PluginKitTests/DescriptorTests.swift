import Glibc
import PluginAPI
import Testing

@testable import PluginKit

private let gopher = Plugin(
    id: "gopher",
    version: "1.2.3",
    label: "Gopher",
    summary: "Menus over TCP",
    roles: [.terminal, .display],
    defaultPort: 70,
    parameters: [
        Parameter("selector", fallback: "/", summary: "Which menu"),
        Parameter("colour", flags: [.required, .askOperator], choices: ["green", "amber"], summary: "Of the text"),
    ],
    needs: ["gopher-holes/1"],
    run: { _, _ in .closed }
)

@Suite struct `A plugin's descriptor` {
    let descriptor = gopher.makeDescriptor(prepare: nil, run: { _, _ in 0 }).pointee

    @Test func `carries the size and the minor version it was built with`() {
        #expect(descriptor.size == UInt32(MemoryLayout<scrier_plugin>.size))
        #expect(descriptor.minor == UInt32(SCRIER_ABI_MINOR))
    }

    @Test func `says what the plugin said`() {
        #expect(String(cString: descriptor.id) == "gopher")
        #expect(String(cString: descriptor.version) == "1.2.3")
        #expect(String(cString: descriptor.label) == "Gopher")
        #expect(String(cString: descriptor.summary) == "Menus over TCP")
        #expect(descriptor.roles == UInt32(SCRIER_ROLE_TERMINAL | SCRIER_ROLE_DISPLAY))
        #expect(descriptor.default_port == 70)
        #expect(descriptor.prepare == nil)
    }

    @Test func `ends its lists with NULL`() {
        #expect(descriptor.needs[0].map { String(cString: $0) } == "gopher-holes/1")
        #expect(descriptor.needs[1] == nil)
        #expect(descriptor.parameters[2] == nil)
        let colour = descriptor.parameters[1]!.pointee
        #expect(String(cString: colour.choices[1]!) == "amber")
        #expect(colour.choices[2] == nil)
    }

    @Test func `tells a missing fallback from an empty one`() {
        let selector = descriptor.parameters[0]!.pointee
        #expect(String(cString: selector.name) == "selector")
        #expect(String(cString: selector.kind) == "string")
        #expect(String(cString: selector.fallback) == "/")
        #expect(selector.choices == nil)
        let colour = descriptor.parameters[1]!.pointee
        #expect(colour.fallback == nil)
        #expect(colour.flags == UInt32(SCRIER_PARAMETER_REQUIRED | SCRIER_PARAMETER_ASK_OPERATOR))
    }

    @Test func `is exported once, and its functions reach the plugin`() throws {
        var calls = 0
        let first = Plugin.export(gopher)
        let second = Plugin.export(
            {
                calls += 1
                return gopher
            }()
        )
        #expect(first == second)
        #expect(calls == 0)
        let host = TableHost()
        #expect(first.pointee.run(host.table, -1) == SCRIER_CLOSED)
    }
}
