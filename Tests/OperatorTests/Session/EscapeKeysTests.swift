import Testing

@testable import Operator

@Suite struct EscapeKeysTests {
    /// What reaches the shell, and the commands, of texts that are typed one after the other.
    private func type(_ texts: String...) -> (String, [EscapeKeys.Command]) {
        var keys = EscapeKeys()
        var shell: [UInt8] = []
        var commands: [EscapeKeys.Command] = []
        for text in texts {
            Array(text.utf8).withUnsafeBytes { bytes in
                var rest = bytes
                while !rest.isEmpty {
                    let (bytes, command, taken) = keys.take(rest)
                    shell += bytes
                    if let command { commands.append(command) }
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken))
                }
            }
        }
        return (String(decoding: shell, as: UTF8.self), commands)
    }

    @Test(arguments: [
        ("ls ~/x\r", "ls ~/x\r", []), ("~.", "", [EscapeKeys.Command.hangUp]), ("ls\r~.", "ls\r", [.hangUp]),
        ("ls\n~?ls", "ls\nls", [.help]), ("~~.", "~.", []), ("\r~~\r~?", "\r~\r", [.help]), ("~\u{1a}", "", [.suspend]),
        ("a~.", "a~.", []), ("~a", "~a", []), ("~\r~.", "~\r", [.hangUp]), ("~?~?", "", [.help, .help]),
    ])
    func `at the beginning of a line a tilde begins a command`(
        typed: String,
        shell: String,
        commands: [EscapeKeys.Command]
    ) {
        let found = type(typed)
        #expect(found.0 == shell)
        #expect(found.1 == commands)
    }

    @Test func `a command may come key by key`() {
        #expect(type("\r", "~", ".").1 == [.hangUp])
        #expect(type("~", "x").0 == "~x")
    }

    @Test func `bytes that are no text pass through`() {
        let bytes = (0...255).map { UInt8($0) }
        var keys = EscapeKeys()
        let (passed, command, taken) = bytes.withUnsafeBytes { keys.take($0) }
        #expect(passed == bytes)
        #expect(command == nil)
        #expect(taken == 256)
    }
}
