import Synchronization

/// The process behind a worker.
struct WorkerControl: Sendable {
    let launcher: Launcher
    let id: UInt64
    let pid: Int32
    let ending: ProcessEndingBox

    func signal(_ number: Int32) { launcher.signal(id, number) }
}

/// How a process ended, for whoever asks before or after it did.
final class ProcessEndingBox: Sendable {
    private struct State {
        var ending: ProcessEnding?
        var waiting: [@Sendable (ProcessEnding) -> Void] = []
    }

    private let state = Mutex(State())

    func set(_ ending: ProcessEnding) {
        let waiting = state.withLock { state in
            state.ending = ending
            defer { state.waiting = [] }
            return state.waiting
        }
        for body in waiting { body(ending) }
    }

    func whenKnown(_ body: @escaping @Sendable (ProcessEnding) -> Void) {
        let ending = state.withLock { state in
            if state.ending == nil { state.waiting.append(body) }
            return state.ending
        }
        if let ending { body(ending) }
    }
}
