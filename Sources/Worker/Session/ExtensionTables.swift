import Glibc
import PluginAPI

/// The extensions that this session has, for `scrier_host.extension`.
final class ExtensionTables {
    private let terminal: UnsafeMutablePointer<scrier_terminal>
    private let prompt: UnsafeMutablePointer<scrier_prompt>
    private let trust: UnsafeMutablePointer<scrier_trust>
    private let clipboard: UnsafeMutablePointer<scrier_clipboard>
    private let exchange: UnsafeMutablePointer<scrier_exchange>
    private let dial: UnsafeMutablePointer<scrier_dial>
    private var offered: [(name: String, table: UnsafeRawPointer)] = []

    init(session: PluginSession) {
        terminal = Self.makeTerminal()
        prompt = Self.makePrompt()
        trust = Self.makeTrust()
        clipboard = Self.makeClipboard()
        exchange = Self.makeExchange()
        dial = Self.makeDial()
        if session.library.descriptor.roles.contains(.terminal) {
            offered.append((SCRIER_TERMINAL, UnsafeRawPointer(terminal)))
        }
        if session.library.descriptor.roles.contains(.secrets) {
            offered.append((SCRIER_EXCHANGE, UnsafeRawPointer(exchange)))
        }
        if session.canDial { offered.append((SCRIER_DIAL, UnsafeRawPointer(dial))) }
        if session.abilities.contains(.prompt) { offered.append((SCRIER_PROMPT, UnsafeRawPointer(prompt))) }
        if session.abilities.contains(.trust) { offered.append((SCRIER_TRUST, UnsafeRawPointer(trust))) }
        if session.abilities.contains(.clipboard) { offered.append((SCRIER_CLIPBOARD, UnsafeRawPointer(clipboard))) }
    }

    deinit {
        terminal.deallocate()
        prompt.deallocate()
        trust.deallocate()
        clipboard.deallocate()
        exchange.deallocate()
        dial.deallocate()
    }

    subscript(name: UnsafePointer<CChar>) -> UnsafeRawPointer? {
        offered.first { $0.name.withCString { strcmp($0, name) == 0 } }?.table
    }

    static func allocate<Table>(_ empty: Table) -> UnsafeMutablePointer<Table> {
        let table = UnsafeMutablePointer<Table>.allocate(capacity: 1)
        table.initialize(to: empty)
        return table
    }

    private static func makeTerminal() -> UnsafeMutablePointer<scrier_terminal> {
        let table = allocate(scrier_terminal())
        table.pointee.size = UInt32(MemoryLayout<scrier_terminal>.size)
        table.pointee.write = { host, output, taken in
            var count = 0
            let status = HostTable.session(host).write(output.raw, taken: &count)
            taken?.pointee = count
            return status
        }
        table.pointee.exited = { host, status, signal in
            HostTable.session(host).exited(status: status, signal: signal.map { String(cString: $0) })
        }
        table.pointee.hold_input = { HostTable.session($0).events?.holdInput($1 != 0) }
        return table
    }

    private static func makePrompt() -> UnsafeMutablePointer<scrier_prompt> {
        let table = allocate(scrier_prompt())
        table.pointee.size = UInt32(MemoryLayout<scrier_prompt>.size)
        table.pointee.ask = { host, request, flags, question in
            let hidden = flags & UInt32(SCRIER_PROMPT_HIDDEN) != 0
            return HostTable.session(host).ask(request, hidden: hidden, question: question.raw)
        }
        return table
    }

    private static func makeTrust() -> UnsafeMutablePointer<scrier_trust> {
        let table = allocate(scrier_trust())
        table.pointee.size = UInt32(MemoryLayout<scrier_trust>.size)
        table.pointee.check = { host, request, kind, key in
            guard let kind else { return .invalid }
            return HostTable.session(host).check(request, kind: String(cString: kind), key: key.raw)
        }
        return table
    }

    private static func makeClipboard() -> UnsafeMutablePointer<scrier_clipboard> {
        let table = allocate(scrier_clipboard())
        table.pointee.size = UInt32(MemoryLayout<scrier_clipboard>.size)
        table.pointee.offer = { host, mime, bytes in
            guard let mime else { return .invalid }
            return HostTable.session(host).offer(mime: String(cString: mime), bytes.raw)
        }
        return table
    }
}
