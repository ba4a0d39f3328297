import PluginKit
import Testing

@testable import SSH

@Suite struct `A server's hello` {
    private func hello(_ bytes: [UInt8], inPiecesOf count: Int = .max) -> ServerHello {
        var hello = ServerHello()
        var rest = bytes[...]
        while !rest.isEmpty {
            Array(rest.prefix(count)).withUnsafeBytes { hello.append($0) }
            rest = rest.dropFirst(count)
        }
        return hello
    }

    private func packet(_ lists: [String]) -> [UInt8] {
        var payload: [UInt8] = [20] + [UInt8](repeating: 7, count: 16)
        for list in lists { payload += [0, 0, 0, UInt8(list.utf8.count)] + Array(list.utf8) }
        payload += [0, 0, 0, 0, 0]
        return [0, 0, 0, UInt8(payload.count + 5), 4] + payload + [0, 0, 0, 0]
    }

    @Test(arguments: [1, 3, 1000])
    func `is read in pieces of any size`(count: Int) {
        let lists = ["kex-a,kex-b", "key", "c1,c2", "c3", "m1", "m2", "none", "none", "", ""]
        let hello = hello(Array("Welcome\r\nSSH-2.0-Test\r\n".utf8) + packet(lists), inPiecesOf: count)
        #expect(hello.notices == ["Welcome"])
        #expect(hello.version == "SSH-2.0-Test")
        #expect(
            hello.offer
                == KeyExchangeOffer(
                    keyExchange: ["kex-a", "kex-b"],
                    hostKey: ["key"],
                    cipher: ["c1", "c2"],
                    mac: ["m1"]
                )
        )
    }

    @Test func `has last words, with or without a line end`() {
        #expect(hello(Array("Exceeded MaxStartups\r\n".utf8)).lastWords == "Exceeded MaxStartups")
        #expect(hello(Array("Not allowed at this time".utf8)).lastWords == "Not allowed at this time")
        #expect(hello([]).lastWords == nil)
        #expect(hello(Array("SSH-2.0-Test\r\n".utf8)).lastWords == nil)
    }

    @Test(
        arguments: [[20], [20] + [UInt8](repeating: 0, count: 16) + [255, 255, 255, 255], [21, 0, 0, 0]] as [[UInt8]]
    )
    func `offers nothing in a packet that makes no sense`(payload: [UInt8]) {
        #expect(KeyExchangeOffer(payload[...]) == nil)
    }

    @Test func `is not kept beyond 64 KiB`() {
        let endless = hello([UInt8](repeating: 0x41, count: 200_000), inPiecesOf: 10_000)
        #expect(endless.version == nil)
        #expect(endless.lastWords == nil)
    }
}

@Suite struct `Two offers` {
    private let ours = KeyExchangeOffer(keyExchange: ["k1"], hostKey: ["h1"], cipher: ["c1"], mac: ["m1", "m2"])

    @Test func `agree when they share one of each kind`() {
        let theirs = KeyExchangeOffer(keyExchange: ["k0", "k1"], hostKey: ["h1"], cipher: ["c1"], mac: ["m2"])
        #expect(theirs.disagreement(with: ours) == nil)
    }

    @Test func `disagree on the first kind of which they share none, and say the line that helps`() {
        let theirs = KeyExchangeOffer(keyExchange: ["k1"], hostKey: ["h1"], cipher: ["c1"], mac: ["m3", "m4"])
        let disagreement = theirs.disagreement(with: ours)
        #expect(disagreement?.kind == .mac)
        #expect(disagreement?.failure.status == .unsupported)
        #expect(disagreement?.failure.sentence.contains("put “MACs m3,m4,m1” into its sshd_config") == true)
    }

    @Test func `put no name into the line that is no method`() {
        let theirs = KeyExchangeOffer(
            keyExchange: ["sntrup", "ext-info-s", "kex-strict-s-v00@openssh.com"],
            hostKey: ["h1"],
            cipher: ["c1"],
            mac: ["m1"]
        )
        #expect(theirs.disagreement(with: ours)?.failure.sentence.contains("“KexAlgorithms sntrup,k1”") == true)
    }

    @Test func `without a common host key ask for an Ed25519 one`() {
        let theirs = KeyExchangeOffer(keyExchange: ["k1"], hostKey: ["rsa-sha2-512"], cipher: ["c1"], mac: ["m1"])
        #expect(theirs.disagreement(with: ours)?.failure.sentence.contains("ssh-keygen -A") == true)
    }
}
