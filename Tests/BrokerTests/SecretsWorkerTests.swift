import Glibc
import NIOCore
import Testing
import Trust
import WorkerProtocol

@testable import Broker

/// The vault as the server sees it, with real workers behind it.
@Suite struct SecretsWorkerTests {
    private func key(_ text: String) throws -> SecretKey { try #require(SecretKey(text)) }

    private func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }

    @Test func `secrets are put, got, listed and deleted`() async throws {
        let lab = try await SecretsLab(backend: "memory")
        defer { lab.end() }
        let vault = lab.vault
        try await vault.put(try key("a/b"), Secret("one"))
        try await vault.put(try key("a"), Secret("two"))
        #expect(text(try await vault.get(try key("a/b"))) == "one")
        #expect(try await vault.list(prefix: "") == [try key("a"), try key("a/b")])
        #expect(try await vault.list(prefix: "a/") == [try key("a/b")])
        try await vault.delete(try key("a"))
        await #expect(throws: SecretsError(.notFound, "there is no such secret")) { try await vault.get(try key("a")) }
        let status = await vault.status()
        #expect(status.state == .open && status.backend == "memory" && status.epoch == 4)
        #expect(try await vault.verify() == [])
        await #expect(throws: SecretsError(.invalid, "the Memory backend cannot do that")) { try await vault.reseal() }
        await vault.stop()
        #expect(await vault.status().state == .unavailable)
    }

    @Test func `many at once come in the order asked for, the missing ones by themselves`() async throws {
        let lab = try await SecretsLab(backend: "memory")
        defer { lab.end() }
        for number in 0..<300 where number % 3 != 0 {
            try await lab.vault.put(try key("k/\(number)"), Secret("v\(number)"))
        }
        let results = await lab.vault.get(try (0..<300).map { try key("k/\($0)") })
        #expect(results.count == 300)
        for (number, result) in results.enumerated() {
            switch result {
            case .success(let secret): #expect(text(secret) == "v\(number)")
            case .failure(let error): #expect(number % 3 == 0 && error.code == .notFound)
            }
        }
        await lab.vault.stop()
    }

    @Test func `large values, and a list of several pages`() async throws {
        let lab = try await SecretsLab(backend: "memory")
        defer { lab.end() }
        let large = Secret([UInt8](repeating: 9, count: SecretsLimits.largestValue))
        try await lab.vault.put(try key("large"), large)
        // More than may be open at once: the rest waits here.
        let results = await lab.vault.get(Array(repeating: try key("large"), count: 40))
        #expect(results.allSatisfy { (try? $0.get().matches(large)) == true })
        await #expect(throws: SecretsError.self) {
            try await lab.vault.put(try key("larger"), Secret([UInt8](repeating: 9, count: (1 << 20) + 1)))
        }
        let long = String(repeating: "x", count: 150)
        for number in 1000..<4000 { try await lab.vault.put(try key("\(long)/\(long)/\(long)/\(number)"), Secret("")) }
        let keys = try await lab.vault.list(prefix: "xx")
        #expect(keys.count == 3000 && keys == keys.sorted())
        await lab.vault.stop()
    }

    @Test func `a crash fails what is in flight, and the next request finds a new worker`() async throws {
        let lab = try await SecretsLab(backend: "grant")
        defer { lab.end() }
        let vault = lab.vault
        #expect(await vault.status().state == .open)
        for _ in 0..<3 {
            let connection = try await vault.connection()
            async let crashed = lab.ask(connection, "crash")
            async let beside = lab.ask(connection, "never")
            for error in [await crashed, await beside] {
                #expect(error?.code == .unavailable)
                #expect(error?.description.contains("The Grant plugin crashed (SIGSEGV)") == true)
            }
            #expect(await lab.eventually { await vault.status().state == .open })
        }
        await vault.stop()
    }

    @Test func `a worker killed from outside comes back`() async throws {
        let lab = try await SecretsLab(backend: "memory")
        defer { lab.end() }
        try await lab.vault.put(try key("a"), Secret("x"))
        for _ in 0..<3 {
            kill(try await lab.vault.connection().worker.pid, SIGKILL)
            #expect(await lab.eventually { (try? await lab.vault.list(prefix: ""))?.isEmpty == true })
        }
        await lab.vault.stop()
    }

    @Test func `one that answers nothing is stopped and started anew`() async throws {
        let lab = try await SecretsLab(backend: "grant") { $0.requestTimeout = .milliseconds(300) }
        defer { lab.end() }
        let connection = try await lab.vault.connection()
        let error = await lab.ask(connection, "hang", timeout: .milliseconds(300))
        #expect(error == SecretsError(.unavailable, "the vault did not answer in time"))
        let old = connection.worker.pid
        #expect(await lab.eventually { (try? await lab.vault.connection().worker.pid) ?? old != old })
        #expect(await lab.vault.status().state == .open)
        await lab.vault.stop()
    }

    @Test func `one overdue answer among others ends nobody`() async throws {
        let lab = try await SecretsLab(backend: "grant")
        defer { lab.end() }
        let connection = try await lab.vault.connection()
        async let overdue = lab.ask(connection, "never", timeout: .milliseconds(300))
        try await Task.sleep(for: .milliseconds(50))
        #expect(await lab.ask(connection, "echo") == nil)
        #expect(await overdue?.code == .unavailable)
        #expect(try await lab.vault.connection().worker.pid == connection.worker.pid)
        await lab.vault.stop()
    }

    @Test func `one that leaves all room to what it never answers is started anew`() async throws {
        let lab = try await SecretsLab(backend: "grant")
        defer { lab.end() }
        let connection = try await lab.vault.connection()
        let large = String(repeating: "x", count: 1 << 20)
        await withTaskGroup(of: SecretsError?.self) { group in
            for _ in 0..<7 { group.addTask { await lab.ask(connection, "never", large, timeout: .seconds(2)) } }
            // It is not dead: what still finds room is answered.
            group.addTask {
                try? await Task.sleep(for: .milliseconds(200))
                return await lab.ask(connection, "echo", "small")
            }
            for await error in group { #expect(error == nil || error?.code == .unavailable) }
        }
        #expect(try await lab.vault.connection().worker.pid == connection.worker.pid)
        #expect(await lab.ask(connection, "echo", large, timeout: .milliseconds(200))?.code == .unavailable)
        #expect(await lab.eventually { await lab.vault.status().state == .open })
        #expect(try await lab.vault.connection().worker.pid != connection.worker.pid)
        await lab.vault.stop()
    }

    @Test func `the same change told a thousand times is one`() async throws {
        let lab = try await SecretsLab(backend: "grant")
        defer { lab.end() }
        let connection = try await lab.vault.connection()
        #expect(await lab.ask(connection, "change") == nil)
        var epochs = lab.vault.epochs.makeAsyncIterator()
        #expect(await epochs.next() == 2)
        #expect(await lab.eventually { await lab.vault.lastEpoch == 2 })
        // The new worker begins with 1: something may have happened while it was away.
        kill(connection.worker.pid, SIGKILL)
        #expect(await epochs.next() == 1)
        await lab.vault.stop()
    }

    @Test func `a vault without its directory or key says what helps, and opens when they are there`() async throws {
        let lab = try await SecretsLab(backend: "grant") { $0.backOff.first = .milliseconds(50) }
        defer { lab.end() }
        await lab.vault.stop()
        unlink(lab.places.keyFile)
        await lab.vault.start()
        #expect(
            await lab.eventually {
                await lab.vault.status().explanation?.contains("there is no key file \(lab.places.keyFile)") == true
            }
        )
        await #expect(throws: SecretsError.self) { try await lab.vault.get(try key("a")) }
        await #expect(throws: SecretsError.self) { try await lab.vault.restart() }
        lab.writeKey()
        try await lab.vault.restart()
        #expect(await lab.vault.status().state == .open)
        await lab.vault.stop()
    }

    @Test func `whoever asks right after a vault was made finds it open`() async throws {
        let lab = try await SecretsLab(backend: "grant") {
            $0.backOff.first = .seconds(3600)
            $0.backOff.longest = .seconds(3600)
            $0.longestForFiles = .seconds(3600)
        }
        defer { lab.end() }
        await lab.vault.stop()
        unlink(lab.places.keyFile)
        await lab.vault.start()
        #expect(await lab.eventually { await lab.vault.status().explanation?.contains("there is no key file") == true })
        lab.writeKey()
        #expect(await lab.vault.status().state == .open)
        await lab.vault.stop()
    }

    @Test func `however long a vault has been missing, it opens soon after it is made`() async throws {
        let lab = try await SecretsLab(backend: "grant") {
            $0.backOff.first = .seconds(3600)
            $0.backOff.longest = .seconds(3600)
            $0.longestForFiles = .milliseconds(50)
        }
        defer { lab.end() }
        await lab.vault.stop()
        unlink(lab.places.keyFile)
        await lab.vault.start()
        #expect(await lab.eventually { await lab.vault.status().explanation?.contains("there is no key file") == true })
        try await Task.sleep(for: .milliseconds(300))
        lab.writeKey()
        #expect(await lab.eventually { await lab.vault.status().state == .open })
        await lab.vault.stop()
    }

    @Test func `a new key is read when the worker is started anew`() async throws {
        let lab = try await SecretsLab(backend: "grant")
        defer { lab.end() }
        let before = try await lab.vault.connection().worker.pid
        try await lab.vault.restart()
        #expect(try await lab.vault.connection().worker.pid != before)
        #expect(await lab.vault.status().state == .open)
        await lab.vault.stop()
    }

    @Test func `two vaults on one directory keep out of each other's way`() async throws {
        let lab = try await SecretsLab(backend: "grant")
        defer { lab.end() }
        #expect(await lab.vault.status().state == .open)
        let other = try await SecretsLab(backend: "grant", at: lab.places)
        defer { other.end() }
        #expect(await other.vault.status().explanation?.contains("another process has the vault") == true)
        await lab.vault.stop()
        try await other.vault.restart()
        #expect(await other.vault.status().state == .open)
        await other.vault.stop()
    }

    @Test func `a backend that is none is a sentence`() async throws {
        for (backend, words) in [("nothing", "no usable plugin"), ("echo", "keeps no secrets")] {
            let lab = try await SecretsLab(backend: backend)
            defer { lab.end() }
            let status = await lab.vault.status()
            #expect(status.state == .unavailable && status.explanation?.contains(words) == true)
            await lab.vault.stop()
        }
    }

    @Test func `a plugin reaches the endpoints that it is allowed, and no other`() async throws {
        let server = try EchoServer()
        let endpoint = try #require(DialEndpoint("127.0.0.1:\(server.port)"))
        let closed = try #require(DialEndpoint("127.0.0.1:1"))
        let lab = try await SecretsLab(backend: "dial") { $0.endpoints = ["echo": endpoint, "closed": closed] }
        defer { lab.end() }
        let connection = try await lab.vault.connection()
        let answer = try await lab.fields(connection, "dial", "echo", "hello")
        #expect(answer.last == "hello")
        #expect(answer.dropLast().allSatisfy { $0.hasPrefix("no-") && !$0.hasSuffix(" 0") } && answer.count == 4)
        #expect(await lab.ask(connection, "dial", "closed", "x")?.code == .unavailable)
        #expect(await lab.ask(connection, "dial", "elsewhere", "x")?.code == .denied)
        await lab.vault.stop()
    }

    @Test(arguments: ["127.0.0.1:0", "127.0.0.1", ":80", "::1:80", "[::1]", "a b:80", "a/b:80", "h:65536"])
    func `what is no endpoint is refused`(text: String) {
        #expect(DialEndpoint(text) == nil)
    }

    @Test func `endpoints have a host and a port`() {
        #expect(DialEndpoint("vault.example.org:8200")?.description == "vault.example.org:8200")
        #expect(DialEndpoint("[::1]:8200")?.host == "::1")
    }
}
