/// The inside of a public key's blob: strings with a big-endian length in front (RFC 4251 section 5).
enum SSHPublicKeyBlob {
    static func check(_ blob: [UInt8], algorithm: String) throws(SSHPublicKeyError) {
        var reader = SSHWireReader(blob)
        guard let name = reader.string(), name.elementsEqual(algorithm.utf8) else {
            throw .inconsistent("its two names of the algorithm differ")
        }
        let whole: Bool
        switch algorithm {
        case "ssh-ed25519":
            whole = reader.string()?.count == 32
        case "sk-ssh-ed25519@openssh.com":
            whole = reader.string()?.count == 32 && reader.string()?.isEmpty == false
        case "ssh-rsa":
            guard let exponent = reader.string(), let modulus = reader.string() else {
                throw .inconsistent("a number is missing")
            }
            let bits = modulus.drop { $0 == 0 }.count * 8
            guard bits >= 1024 else { throw .inconsistent("an RSA key of \(bits) bits is too short") }
            whole = (1...8).contains(exponent.count)
        default:
            let curve =
                algorithm.contains("nistp384") ? "nistp384" : algorithm.contains("nistp521") ? "nistp521" : "nistp256"
            let coordinate = ["nistp256": 32, "nistp384": 48, "nistp521": 66][curve] ?? 0
            guard let named = reader.string(), named.elementsEqual(curve.utf8) else {
                throw .inconsistent("its curve is another")
            }
            guard let point = reader.string(), point.count == 1 + 2 * coordinate, point.first == 4 else {
                throw .inconsistent("its point has the wrong size")
            }
            whole = !algorithm.hasPrefix("sk-") || reader.string()?.isEmpty == false
        }
        guard whole, reader.isAtEnd else { throw .inconsistent("its length is wrong") }
    }
}
