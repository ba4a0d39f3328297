import Glibc
import Testing

@testable import Agent

@Suite struct HostKeysTests {
    private let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
           1: 0100007F:0016 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0
           2: 0B00000A:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1 0 100 0 0 10 0
           3: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 4714 1 0 100 0 0 10 0
           nonsense
        """

    @Test func `only listeners that loopback reaches count`() {
        #expect(ListeningSocket.list(port: 22, in: table) == [ListeningSocket(uid: 0, inode: 4711)])
        #expect(ListeningSocket.list(port: 8080, in: table) == [ListeningSocket(uid: 1001, inode: 4714)])
        #expect(ListeningSocket.list(port: 23, in: table).isEmpty)
    }

    @Test(
        arguments: [
            (["sshd: /usr/sbin/sshd -D -f /x/sshd_config [listener] 0 of 10-100 startups"], "/x/sshd_config"),
            (["/usr/sbin/sshd", "-D", "-f", "/y"], "/y"), (["/usr/sbin/sshd", "-Df/z"], "/z"),
            (["sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"], nil),
            (["/usr/sbin/sshd", "-o", "Port=22"], nil), ([], nil),
        ] as [([String], String?)]
    )
    func `an sshd's configuration file is found in its arguments`(arguments: [String], file: String?) {
        #expect(ListenerProcess(executable: "/usr/sbin/sshd", arguments: arguments).configurationFile == file)
    }

    @Test func `host key files are those that sshd says it uses`() {
        let text = "port 22\nhostkey /etc/ssh/a\nHostKey /etc/ssh/b c\nhostkeyagent none\nhostkey relative\n"
        #expect(HostKeyFiles.paths(in: text) == ["/etc/ssh/a", "/etc/ssh/b c"])
    }

    @Test func `a program that prints without end, or nothing at all, does not hold the agent up`() {
        #expect(Program.output("/bin/echo", ["hello"]) == "hello\n")
        #expect(Program.output("/bin/false", []) == nil)
        #expect(Program.output("/no/such/program", []) == nil)
        #expect(Program.output("/bin/sleep", ["30"], patience: 1) == nil)
        #expect(Program.output("/usr/bin/yes", []) == nil)
    }

    @Test func `only what nobody else can have written is run`() throws {
        let directory = "/tmp/vigo-trusted-\(getpid())-\(UInt32.random(in: 0...(.max)))"
        try #require(mkdir(directory, 0o755) == 0)
        defer {
            unlink(directory + "/sshd")
            rmdir(directory)
        }
        close(open(directory + "/sshd", O_WRONLY | O_CREAT, 0o755))
        // Its own directory is fine; /tmp above it is everybody's.
        #expect(!RootOwnedFile.isTrusted(directory + "/sshd"))
        #expect(!RootOwnedFile.isTrusted("/no/such/sshd"))
        #expect(!RootOwnedFile.isTrusted("sshd"))
        #expect(!RootOwnedFile.isTrusted("/usr"))
        #expect(RootOwnedFile.isTrusted("/usr/bin/env"))
    }
}
