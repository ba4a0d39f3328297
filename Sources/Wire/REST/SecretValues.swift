package import NIOCore

/// Keys with their values as bytes: for each `u32 length, key, u32 length, value`, the lengths little-endian.
/// A value's length of all ones stands for a key that is not there any more.
package enum SecretValues {
    package static let contentType = "application/vnd.vigo.secret-values"
    private static let absent = UInt32.max

    package static func write(_ key: String, _ value: UnsafeRawBufferPointer?, to buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt32(key.utf8.count), endianness: .little)
        buffer.writeString(key)
        guard let value else {
            buffer.writeInteger(absent, endianness: .little)
            return
        }
        buffer.writeInteger(UInt32(value.count), endianness: .little)
        buffer.writeBytes(value)
    }

    /// Calls back for each; false where the bytes are no such list.
    package static func read(_ bytes: UnsafeRawBufferPointer, each: (String, UnsafeRawBufferPointer?) -> Void) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            guard let key = take(&rest), let key, let value = take(&rest) else { return false }
            each(String(decoding: key, as: UTF8.self), value)
        }
        return true
    }

    /// Nil where there are fewer bytes than the length says; a nil in it for what is absent.
    private static func take(_ rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer?? {
        guard rest.count >= 4 else { return nil }
        let length = UInt32(littleEndian: rest.loadUnaligned(as: UInt32.self))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(4))
        if length == absent { return .some(nil) }
        guard rest.count >= Int(length) else { return nil }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(length))) }
        return .some(UnsafeRawBufferPointer(rebasing: rest[..<Int(length)]))
    }
}
