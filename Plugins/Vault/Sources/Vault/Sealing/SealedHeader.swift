import PluginKit

/// What stands in front of the ciphertext, in the open and bound by its tag:
///
///       0  magic "VIGOSEAL"         8 bytes
///       8  version, 1               1 byte
///       9  algorithm, 1             1 byte    AES-256-GCM, 96-bit nonce, 128-bit tag behind the ciphertext
///      10  length of the name       u16       little endian, as below
///      12  key id                   8 bytes   which master key
///      20  nonce                    12 bytes  random
///      32  length of the value      u32
///      36  name                               the secret's
///
/// The file's own name must be this name: so a file that was renamed is found, and it can be told what it was.
struct SealedHeader {
    static let fixedSize = 36
    static let version: UInt8 = 1
    static let aes256gcm: UInt8 = 1
    static let magic = Array("VIGOSEAL".utf8)
    /// Header, name, value and tag at their largest.
    static let largestFile = fixedSize + SecretKey.longest + largestValue + AESGCM.tagSize
    static let largestValue = 1 << 20

    var keyID: KeyID
    var name: SecretKey
    var valueCount: Int

    /// Of the header with the name, and of the whole file.
    var count: Int { Self.fixedSize + name.description.utf8.count }
    var fileCount: Int { count + valueCount + AESGCM.tagSize }

    static let nonce = 20..<32

    /// From a file, or from its beginning when only the header is wanted. What it says is not proved before the tag is.
    init(_ file: UnsafeRawBufferPointer) throws(SealProblem) {
        guard file.count >= Self.fixedSize else {
            throw file.starts(with: Self.magic) || Self.magic.starts(with: file) && !file.isEmpty ? .cutShort : .foreign
        }
        guard file.starts(with: Self.magic) else { throw .foreign }
        guard file[8] == Self.version else { throw .unknownVersion(file[8]) }
        guard file[9] == Self.aes256gcm else { throw .unknownAlgorithm(file[9]) }
        let nameCount = Int(UInt16(littleEndian: file.loadUnaligned(fromByteOffset: 10, as: UInt16.self)))
        let valueCount = Int(UInt32(littleEndian: file.loadUnaligned(fromByteOffset: 32, as: UInt32.self)))
        guard (1...SecretKey.longest).contains(nameCount), valueCount <= Self.largestValue else { throw .damaged }
        guard file.count >= Self.fixedSize + nameCount else { throw .cutShort }
        let field = file[Self.fixedSize..<Self.fixedSize + nameCount]
        guard let text = String(validating: field, as: UTF8.self), let name = SecretKey(text) else { throw .damaged }
        self.init(keyID: KeyID(file[12..<20]), name: name, valueCount: valueCount)
    }

    init(keyID: KeyID, name: SecretKey, valueCount: Int) {
        self.keyID = keyID
        self.name = name
        self.valueCount = valueCount
    }

    func write(to file: UnsafeMutableRawBufferPointer, nonce: [UInt8]) {
        file.copyBytes(from: Self.magic)
        file[8] = Self.version
        file[9] = Self.aes256gcm
        file.storeBytes(of: UInt16(name.description.utf8.count).littleEndian, toByteOffset: 10, as: UInt16.self)
        UnsafeMutableRawBufferPointer(rebasing: file[12..<20]).copyBytes(from: keyID.bytes)
        UnsafeMutableRawBufferPointer(rebasing: file[Self.nonce]).copyBytes(from: nonce)
        file.storeBytes(of: UInt32(valueCount).littleEndian, toByteOffset: 32, as: UInt32.self)
        UnsafeMutableRawBufferPointer(rebasing: file[Self.fixedSize..<count]).copyBytes(from: name.description.utf8)
    }
}
