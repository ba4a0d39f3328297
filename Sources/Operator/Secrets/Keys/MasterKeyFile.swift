import Glibc
import Trust

/// The key that every sealed file depends on: 256 random bits as they are.
enum MasterKeyFile {
    static let size = 32

    static func make() -> Secret {
        Secret(count: size) { bytes in
            var generator = SystemRandomNumberGenerator()
            for index in bytes.indices { bytes[index] = UInt8.random(in: .min ... .max, using: &generator) }
        }
    }

    /// Half-written files of commands that were killed, holding a key as likely as not. Nothing else goes: `PATH.20260101` is
    /// somebody's copy of the key.
    static func removeLeftovers(of path: String) {
        guard let slash = path.lastIndex(of: "/"), let stream = opendir(String(path[...slash])) else { return }
        defer { closedir(stream) }
        let prefix = Array("\(path[path.index(after: slash)...])\(PrivateFile.unfinished)".utf8)
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard name.starts(with: prefix), name.count == prefix.count + 8,
                name.dropFirst(prefix.count).allSatisfy(isRandomLetter)
            else { continue }
            unlink("\(path[...slash])" + String(decoding: name, as: UTF8.self))
        }
    }

    private static func isRandomLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Nil where there is none. For what a plugin reads itself (credentials) any length will do.
    static func read(_ path: String) throws(OperatorError) -> Secret? {
        try GuardedFile.readKey(path, upTo: 64 << 10)
    }
}
