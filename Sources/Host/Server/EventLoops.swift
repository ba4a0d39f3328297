import NIOCore

/// How many threads carry bytes.
package enum EventLoops {
    /// Before the first one is used. The other processors are for what sessions run beside the server: their workers. On small
    /// machines a session's WebSocket and its tunnel then share a loop, which saves a keystroke two changes of threads.
    package static func settle() {
        NIOSingletons.groupLoopCountSuggestion = max(1, System.coreCount / 2)
    }
}
