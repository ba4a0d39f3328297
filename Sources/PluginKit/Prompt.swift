import PluginAPI

/// `scrier.prompt/1`: questions to the operator.
public struct Prompt {
    private let host: UnsafePointer<scrier_host>
    private let table: UnsafePointer<scrier_prompt>

    init?(_ host: Host) {
        guard let table = host.find(SCRIER_PROMPT, as: scrier_prompt.self) else { return nil }
        self.host = host.pointer
        self.table = table
    }

    /// Asks; an `answer` event with the same number follows. `isHidden`: what is typed is not shown.
    public func ask(_ question: String, request: UInt32, isHidden: Bool = false) -> Status {
        let flags = isHidden ? UInt32(SCRIER_PROMPT_HIDDEN) : 0
        return withBytes(of: question) { Status(rawValue: table.pointee.ask(host, request, flags, $0)) }
    }
}

extension Host {
    public var prompt: Prompt? { Prompt(self) }
}
