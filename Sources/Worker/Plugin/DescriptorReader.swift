import Glibc
import PluginAPI
import WorkerProtocol

/// Checks the structs that a plugin returns about itself while it turns them into a `PluginDescriptor`.
enum DescriptorReader {
    private static let maximumParameters = 64
    private static let maximumNeeds = 16

    static func read(_ plugin: UnsafePointer<scrier_plugin>) throws(PluginError) -> PluginDescriptor {
        // Only what `size` covers may be looked at, so it comes first.
        let size = Int(plugin.pointee.size)
        guard (MemoryLayout<scrier_plugin>.size...4096).contains(size) else {
            throw .badDescriptor("scrier_plugin.size is \(size), not sizeof(scrier_plugin)")
        }
        let plugin = plugin.pointee
        guard plugin.run != nil else { throw .badDescriptor("run is NULL") }
        let id = try text(plugin.id, "id", upTo: 32)
        guard isName(id) else { throw .badDescriptor("the id \"\(id)\" is not made of a-z, 0-9 and '-'") }
        guard let port = UInt16(exactly: plugin.default_port) else {
            throw .badDescriptor("default_port is \(plugin.default_port)")
        }
        return PluginDescriptor(
            id: id,
            version: try text(plugin.version, "version", upTo: 64),
            label: try text(plugin.label, "label", upTo: 64),
            summary: try text(plugin.summary, "summary", upTo: 256, mayBeEmpty: true),
            abi: .init(major: UInt32(PluginLibrary.major), minor: plugin.minor),
            roles: try roles(plugin.roles),
            defaultPort: port == 0 ? nil : port,
            needs: try needs(plugin.needs),
            parameters: try ParameterReader.read(plugin.parameters, upTo: maximumParameters)
        )
    }

    private static func roles(_ bits: UInt32) throws(PluginError) -> [PluginDescriptor.Role] {
        let known: [(Int, PluginDescriptor.Role)] = [
            (SCRIER_ROLE_TERMINAL, .terminal), (SCRIER_ROLE_DISPLAY, .display), (SCRIER_ROLE_SECRETS, .secrets),
        ]
        let rest = known.reduce(bits) { $0 & ~UInt32($1.0) }
        guard rest == 0 else { throw .badDescriptor("roles has bits that nobody knows (\(rest))") }
        let roles = known.filter { bits & UInt32($0.0) != 0 }.map(\.1)
        guard !roles.isEmpty else { throw .badDescriptor("roles is 0: it must name at least one") }
        return roles
    }

    private static func needs(_ list: UnsafePointer<UnsafePointer<CChar>?>?) throws(PluginError) -> [String] {
        let needs = try texts(list, "a need", most: maximumNeeds, upTo: 64)
        for need in needs {
            let parts = need.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, isName(parts[0]), let revision = UInt16(parts[1]), revision > 0 else {
                throw .badDescriptor("the need \"\(need)\" is not of the form name/revision")
            }
        }
        guard Set(needs).count == needs.count else { throw .badDescriptor("a need is there twice") }
        return needs
    }

    /// A list that ends with NULL.
    static func texts(
        _ list: UnsafePointer<UnsafePointer<CChar>?>?,
        _ what: String,
        most: Int,
        upTo limit: Int
    ) throws(PluginError) -> [String] {
        guard let list else { return [] }
        var result: [String] = []
        while let next = list[result.count] {
            guard result.count < most else {
                throw .badDescriptor("more than \(most) of \(what), or no NULL at the end")
            }
            result.append(try text(next, what, upTo: limit))
        }
        return result
    }

    /// One line of UTF-8.
    static func text(
        _ pointer: UnsafePointer<CChar>?,
        _ what: String,
        upTo limit: Int,
        mayBeEmpty: Bool = false
    ) throws(PluginError) -> String {
        guard let pointer else {
            guard mayBeEmpty else { throw .badDescriptor("\(what) is NULL") }
            return ""
        }
        let count = strnlen(pointer, limit + 1)
        guard count <= limit else { throw .badDescriptor("\(what) is longer than \(limit) bytes") }
        guard count > 0 || mayBeEmpty else { throw .badDescriptor("\(what) is empty") }
        let bytes = UnsafeRawBufferPointer(start: pointer, count: count)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .badDescriptor("\(what) is not UTF-8") }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .badDescriptor("\(what) has control characters")
        }
        return text
    }

    /// a-z, then a-z, 0-9 and '-'.
    static func isName(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }
}
