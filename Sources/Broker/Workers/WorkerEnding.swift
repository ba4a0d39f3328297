import WorkerProtocol

/// How a worker ended, as far as it could still be told.
package struct WorkerEnding: Equatable, Sendable {
    /// The plugin's own `scrier_status`; nil when it did not get that far.
    package var status: Int32?
    /// The sentence for the operator: the plugin's, or what the server saw when it could not give one.
    package var explanation: String?
    /// How the remote program ended, when the plugin learned it.
    package var exitStatus: Int32?
    package var exitSignal: String?
    package var process: ProcessEnding

    init(plugin: PluginDescriptor, heard: Heard, process: ProcessEnding, wasClosed: Bool) {
        status = heard.status
        exitStatus = heard.exitStatus
        exitSignal = heard.exitSignal
        self.process = process
        explanation = heard.verdict ?? heard.explanation
        guard heard.status == nil, heard.verdict == nil else { return }
        // Its process went before its last word: that is the reason, whatever it said on the way.
        explanation = Self.sentence(plugin, process, wasClosed: wasClosed) ?? explanation
    }

    /// What the worker said about its end while it could.
    struct Heard: Equatable, Sendable {
        var status: Int32?
        var explanation: String?
        var exitStatus: Int32?
        var exitSignal: String?
        /// Why the server ended it; counts for more than what it said or how its process went.
        var verdict: String?
    }

    private static func sentence(_ plugin: PluginDescriptor, _ process: ProcessEnding, wasClosed: Bool) -> String? {
        switch process {
        case .signalled(let number) where wasClosed && [9, 15].contains(number):
            "The \(plugin.label) plugin did not end when it was asked to and was stopped"
        case .signalled(let number): "The \(plugin.label) plugin crashed (\(SignalName.of(number)))"
        case .exited(let status): "The \(plugin.label) plugin's worker ended with status \(status)"
        case .lost: "The worker of the \(plugin.label) plugin was lost with scrier-launcher"
        }
    }
}
