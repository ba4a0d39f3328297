import Glibc
import PluginKit

/// Sealing and opening, in memory: bytes in, bytes out.
enum SealedFile {
    /// Writes a whole sealed file to the beginning of `file`; its size.
    static func seal(
        _ value: UnsafeRawBufferPointer,
        as name: SecretKey,
        with key: MasterKey,
        into file: UnsafeMutableRawBufferPointer
    ) throws(AESGCM.Failure) -> Int {
        var nonce = [UInt8](repeating: 0, count: AESGCM.nonceSize)
        try AESGCM.random(into: &nonce)
        let header = SealedHeader(keyID: key.id, name: name, valueCount: value.count)
        header.write(to: file, nonce: nonce)
        let end = header.count + value.count
        try key.cipher.seal(
            value,
            nonce: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(file)[SealedHeader.nonce]),
            with: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(file)[..<header.count]),
            into: UnsafeMutableRawBufferPointer(rebasing: file[header.count..<end]),
            tag: UnsafeMutableRawBufferPointer(rebasing: file[end..<header.fileCount])
        )
        return header.fileCount
    }

    /// The header of a whole file: all that can be said before its seal is tried.
    static func check(_ file: UnsafeRawBufferPointer) throws(SealProblem) -> SealedHeader {
        let header = try SealedHeader(file)
        guard file.count >= header.fileCount else { throw .cutShort }
        guard file.count == header.fileCount else { throw .tooLong }
        return header
    }

    /// Writes the value to `value`, which has the size that the header says. The name counts only when the seal is good:
    /// before that anybody may have written it.
    static func open(
        _ file: UnsafeRawBufferPointer,
        _ header: SealedHeader,
        as name: SecretKey?,
        with keys: KeyRing,
        into value: UnsafeMutableRawBufferPointer
    ) throws(SealProblem) {
        guard let key = keys[header.keyID] else { throw .unknownKey(header.keyID) }
        let end = header.count + header.valueCount
        do throws(AESGCM.Failure) {
            try key.cipher.open(
                UnsafeRawBufferPointer(rebasing: file[header.count..<end]),
                nonce: UnsafeRawBufferPointer(rebasing: file[SealedHeader.nonce]),
                with: UnsafeRawBufferPointer(rebasing: file[..<header.count]),
                tag: UnsafeRawBufferPointer(rebasing: file[end...]),
                into: value
            )
        } catch {
            throw .damaged
        }
        guard header.name != name else { return }
        if let base = value.baseAddress { explicit_bzero(base, value.count) }
        throw .holds(header.name)
    }
}
