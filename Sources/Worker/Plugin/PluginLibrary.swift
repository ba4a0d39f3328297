import Glibc
import PluginAPI
import WorkerProtocol

/// A loaded plugin. Never unloaded: a Swift image cannot be, and the process ends with its one session.
struct PluginLibrary {
    static let major = 1

    let plugin: UnsafePointer<scrier_plugin>
    let descriptor: PluginDescriptor

    init(path: String) throws(PluginError) {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw .cannotLoad(dlerror().map { String(cString: $0) } ?? path)
        }
        guard let symbol = dlsym(handle, SCRIER_PLUGIN_ENTRY) else {
            // The major version is in the symbol's name, and one file may hold several.
            for major in 2...9 where dlsym(handle, "scrier_plugin_v\(major)") != nil {
                throw .otherABI(major: major)
            }
            throw .noPlugin(path: path)
        }
        typealias Entry = @convention(c) () -> UnsafePointer<scrier_plugin>?
        let entry = unsafeBitCast(symbol, to: Entry.self)
        guard let plugin = entry() else { throw .badDescriptor("\(SCRIER_PLUGIN_ENTRY) returned NULL") }
        self.plugin = plugin
        self.descriptor = try DescriptorReader.read(plugin)
    }

    /// The last moment at which the plugin can open a file.
    func prepare() throws(PluginError) {
        guard let prepare = plugin.pointee.prepare else { return }
        let status = prepare()
        guard status >= 0 else { throw .notPrepared(id: descriptor.id, status: status) }
    }
}
