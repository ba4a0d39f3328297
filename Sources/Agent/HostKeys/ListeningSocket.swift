/// A TCP socket in state LISTEN, as /proc/net/tcp and tcp6 show it.
struct ListeningSocket: Equatable {
    let uid: UInt32
    let inode: UInt64

    /// Those that a connection to `port` on loopback would reach.
    static func list(port: Int, in table: String) -> [ListeningSocket] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A" else { return nil }
            let local = fields[1].split(separator: ":")
            guard local.count == 2, Int(local[1], radix: 16) == port, reachable.contains(String(local[0])),
                let uid = UInt32(fields[7]), let inode = UInt64(fields[9])
            else { return nil }
            return ListeningSocket(uid: uid, inode: inode)
        }
    }

    /// 127.0.0.1, any, ::1, any, ::ffff:127.0.0.1; each 32-bit word in this machine's (little-endian) order.
    private static let reachable: Set<String> = [
        "0100007F", "00000000", "00000000000000000000000001000000", "00000000000000000000000000000000",
        "0000000000000000FFFF00000100007F",
    ]
}
