public import PluginAPI
import Synchronization

/// What `scrier_plugin_v1` returns.
public typealias PluginEntry = UnsafePointer<scrier_plugin>

extension Plugin {
    /// The plugin of this shared library, in C, for as long as the process lives.
    ///
    /// One library holds one plugin, because it can export the entry point only once: C calls back into `prepare` and
    /// `run` with nothing that would tell two of them apart.
    public static func export(_ plugin: @autoclosure () -> Plugin) -> PluginEntry {
        exported.withLock { exported in
            if let exported { return exported }
            let new = Exported(plugin: plugin())
            exported = new
            return new
        }.descriptor
    }

    static var current: Plugin? { exported.withLock { $0?.plugin } }
}

private let exported = Mutex<Exported?>(nil)

/// A plugin and its C form. The memory is never freed: the ABI lends it to the worker for ever.
private struct Exported: @unchecked Sendable {
    let plugin: Plugin
    let descriptor: PluginEntry

    init(plugin: Plugin) {
        self.plugin = plugin
        descriptor = plugin.makeDescriptor(
            prepare: plugin.prepare == nil ? nil : { status { try Plugin.current?.prepare?() } },
            run: { host, transport in
                guard let host, let plugin = Plugin.current else { return Status.internalError.rawValue }
                return Host(host).runSession { try plugin.run($0, transport < 0 ? nil : transport) }
            }
        )
    }
}

private func status(_ body: () throws -> Void) -> scrier_status {
    do {
        try body()
        return Status.ok.rawValue
    } catch let failure as SessionFailure {
        return failure.status.rawValue
    } catch {
        return Status.internalError.rawValue
    }
}
