import Glibc
import PluginAPI
import Testing
import WorkerProtocol

@testable import Worker

/// Structs that a plugin might return, one thing wrong in each.
@Suite struct DescriptorReaderTests {
    private static func cString(_ text: String) -> UnsafePointer<CChar> { UnsafePointer(strdup(text)) }

    private func read(_ change: (inout scrier_plugin) -> Void) -> String {
        var plugin = scrier_plugin()
        plugin.size = UInt32(MemoryLayout<scrier_plugin>.size)
        plugin.id = Self.cString("x11")
        plugin.version = Self.cString("1.0")
        plugin.label = Self.cString("X11")
        plugin.roles = UInt32(SCRIER_ROLE_TERMINAL)
        plugin.run = { _, _ in 0 }
        change(&plugin)
        do throws(PluginError) {
            return try DescriptorReader.read(&plugin).id
        } catch {
            return error.description
        }
    }

    private func readParameter(_ change: (inout scrier_parameter) -> Void) -> String {
        let parameter = UnsafeMutablePointer<scrier_parameter>.allocate(capacity: 1)
        parameter.initialize(to: scrier_parameter())
        parameter.pointee.size = UInt32(MemoryLayout<scrier_parameter>.size)
        parameter.pointee.name = Self.cString("name")
        parameter.pointee.kind = Self.cString("string")
        change(&parameter.pointee)
        let list = UnsafeMutablePointer<UnsafePointer<scrier_parameter>?>.allocate(capacity: 2)
        list[0] = UnsafePointer(parameter)
        list[1] = nil
        return read { $0.parameters = UnsafePointer(list) }
    }

    @Test func `a sane one is read`() {
        #expect(read { _ in } == "x11")
        #expect(readParameter({ _ in }) == "x11")
    }

    @Test func `each member that makes no sense is named`() {
        #expect(read { $0.size = 40 }.contains("scrier_plugin.size is 40"))
        #expect(read { $0.size = 1 << 30 }.contains("scrier_plugin.size"))
        #expect(read { $0.run = nil }.contains("run is NULL"))
        #expect(read { $0.id = nil }.contains("id is NULL"))
        #expect(read { $0.id = Self.cString("") }.contains("id is empty"))
        #expect(read { $0.id = Self.cString("../x") }.contains("the id \"../x\""))
        #expect(read { $0.id = Self.cString(String(repeating: "x", count: 33)) }.contains("longer than 32"))
        #expect(read { $0.label = Self.cString("a\u{1B}[2J") }.contains("label has control characters"))
        #expect(read { $0.roles = 0 }.contains("roles is 0"))
        #expect(read { $0.roles = 1 << 20 }.contains("bits that nobody knows"))
        #expect(read { $0.default_port = 65536 }.contains("default_port is 65536"))
    }

    @Test func `each parameter that makes no sense is named`() {
        #expect(readParameter({ $0.size = 8 }).contains("scrier_parameter.size is 8"))
        #expect(readParameter({ $0.name = nil }).contains("a parameter's name is NULL"))
        #expect(readParameter({ $0.name = Self.cString("Name") }).contains("the parameter \"Name\""))
        #expect(readParameter({ $0.kind = Self.cString("float") }).contains("unknown kind \"float\""))
        #expect(
            readParameter({
                $0.kind = Self.cString("integer")
                $0.fallback = Self.cString("many")
            }).contains("name must be a whole number")
        )
        #expect(
            readParameter({
                $0.flags = UInt32(SCRIER_PARAMETER_SECRET)
                $0.fallback = Self.cString("x")
            }).contains("which are no secret")
        )
    }

    @Test(arguments: ["ssh", "ssh/", "/1", "ssh/0", "ssh/1/2", "SSH/1", "ssh/x"])
    func `a need without name or revision is refused`(need: String) {
        let list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: 2)
        list[0] = Self.cString(need)
        list[1] = nil
        #expect(read { $0.needs = UnsafePointer(list) }.contains("not of the form name/revision"))
    }
}
