/// One side's SSH_MSG_KEXINIT: the algorithms it can use, best first.
struct KeyExchangeOffer: Equatable {
    var keyExchange: [String]
    var hostKey: [String]
    /// From client to server; sshd offers the same ones for the other direction.
    var cipher: [String]
    var mac: [String]

    init(keyExchange: [String], hostKey: [String], cipher: [String], mac: [String]) {
        self.keyExchange = keyExchange
        self.hostKey = hostKey
        self.cipher = cipher
        self.mac = mac
    }

    /// RFC 4253, 7.1: the number 20, a cookie of 16 bytes, then ten lists of names.
    init?(_ payload: ArraySlice<UInt8>) {
        guard payload.first == 20, payload.count > 17 else { return nil }
        var rest = payload.dropFirst(17)
        var lists: [[String]] = []
        for _ in 0..<10 {
            guard rest.count >= 4 else { return nil }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= length else { return nil }
            lists.append(String(decoding: rest.prefix(length), as: UTF8.self).split(separator: ",").map(String.init))
            rest = rest.dropFirst(length)
        }
        self.init(keyExchange: lists[0], hostKey: lists[1], cipher: lists[2], mac: lists[4])
    }

    /// The first kind of algorithm that client and server have none of in common.
    func disagreement(with client: KeyExchangeOffer) -> Disagreement? {
        let kinds: [(Disagreement.Kind, KeyPath<KeyExchangeOffer, [String]>)] = [
            (.keyExchange, \.keyExchange), (.hostKey, \.hostKey), (.cipher, \.cipher), (.mac, \.mac),
        ]
        for (kind, list) in kinds where Set(self[keyPath: list]).isDisjoint(with: client[keyPath: list]) {
            return Disagreement(kind: kind, server: self[keyPath: list], client: client[keyPath: list])
        }
        return nil
    }

    struct Disagreement: Equatable {
        enum Kind { case keyExchange, hostKey, cipher, mac }

        var kind: Kind
        var server: [String]
        var client: [String]
    }
}
