import BackendSuite
import Foundation
import Glibc
import Lab
import Testing
import Trust

@testable import Broker

@Suite struct VaultTests {
    private func key(_ text: String) -> SecretKey { SecretKey(text)! }

    private func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }

    @Test(arguments: BackendRule.all)
    func `in its worker the vault does what every backend does`(rule: BackendRule) async throws {
        try await VaultLab.with { lab in
            try await rule.check(lab)
            #expect(try await lab.vault.verify() == [])
            #expect(lab.names == [".lock", ".master.key"])
        }
    }

    @Test func `its files are the worker's alone, and the key is not`() async throws {
        try await VaultLab.with { lab in
            try await lab.vault.put(key("a/b"), Secret("value"))
            var status = stat()
            #expect(stat(lab.places.directory + "/a/b,sealed", &status) == 0 && status.st_mode == S_IFREG | 0o600)
            let isRoot = geteuid() == 0
            #expect(status.st_uid == (isRoot ? lab.places.workerUID : geteuid()))
            #expect(stat(lab.places.keyFile, &status) == 0 && status.st_uid == geteuid())
        }
    }

    /// Of what it opened, sealed, listed and refused nothing is left; the key, which it needs, is what a search would find.
    @Test func `values do not stay in the worker's memory when they have been served`() async throws {
        try await VaultLab.with { lab in
            // Not as it stands in this file, which is in memory too.
            let marker = Array("lautir".utf8) + Array("-\(UInt64.random(in: 0...UInt64.max))".utf8)
            try await lab.vault.put(key("a"), Secret(marker))
            #expect(try await lab.vault.get(key("a")).matches(Secret(marker)))
            let two = await lab.vault.get([key("a"), key("b")])
            #expect((try? two[0].get().matches(Secret(marker))) == true && (try? two[1].get()) == nil)
            #expect(try await lab.vault.verify() == [])
            // A body that is refused: the name is none.
            let body = BackendAnswer.body([Array("../".utf8) + marker, marker])
            #expect(try await lab.ask("put", body: body).status < 0)
            try lab.writeKey(lab.places.nextKeyFile, 77)
            try await lab.vault.restart()
            #expect(try await lab.vault.reseal() == 1)
            #expect(try await lab.vault.count(inMemory: (0..<32).map { 77 + $0 }) > 0)
            #expect(try await lab.vault.count(inMemory: marker) == 0)
        }
    }

    /// More than a worker may have files open.
    @Test func `a secret of 250 segments is listed, sealed anew and verified like any other`() async throws {
        try await VaultLab.with { lab in
            let deep = Array(repeating: "d", count: 250).joined(separator: "/")
            try await lab.vault.put(key(deep), Secret("value"))
            try lab.writeKey(lab.places.nextKeyFile, 100)
            try await lab.vault.restart()
            #expect(try await lab.vault.list(prefix: "") == [key(deep)])
            #expect(try await lab.vault.reseal() == 1)
            #expect(try await lab.vault.verify() == [])
            try lab.writeKey(lab.places.keyFile, 100)
            unlink(lab.places.nextKeyFile)
            try await lab.vault.restart()
            #expect(text(try await lab.vault.get(key(deep))) == "value")
            let file = lab.places.directory + "/" + deep + ",sealed"
            chmod(file, 0o644)
            #expect(try await lab.vault.verify().map(\.name) == [deep])
        }
    }

    /// A power cut cannot be had here; what the kernel was told in which order can.
    @Test(.enabled(if: access("/usr/bin/strace", X_OK) == 0, "strace is not installed"))
    func `what is confirmed was given to the disk before, file first, then the directory`() async throws {
        try await VaultLab.with { lab in
            try await lab.vault.put(key("before"), Secret("x"))
            let log = "\(NSTemporaryDirectory())strace-\(UUID().uuidString.prefix(8))"
            defer { for end in ["", ".calls"] { unlink(log + end) } }
            let calls = "trace=write,fsync,renameat,unlinkat,mkdirat"
            let tracer = try Program(
                URL(filePath: "/usr/bin/strace"),
                ["-f", "-o", log + ".calls", "-e", calls, "-p", "\(try await lab.pid)"],
                log: URL(filePath: log)
            )
            #expect(await lab.eventually { tracer.output.contains("attached") })
            try await lab.vault.put(key("new/one"), Secret("value"))
            try await lab.vault.put(key("new/two"), Secret("value"))
            try await lab.vault.delete(key("new/one"))
            await tracer.stop()
            let trace = try String(contentsOfFile: log + ".calls", encoding: .utf8)
            let told = trace.split(separator: "\n").compactMap { line -> String? in
                let call = line.drop { $0 != " " }.drop { $0 == " " }.prefix { $0 != "(" }
                guard call != "write" || line.contains("VIGOSEAL") else { return nil }
                return line.contains("ENOTEMPTY") ? nil : String(call)
            }
            let put = ["write", "fsync", "renameat", "fsync"]
            #expect(told == ["mkdirat", "fsync"] + put + put + ["unlinkat", "fsync"], "\(trace)")
        }
    }

    @Test func `killed at any moment of a write, it loses nothing that it had confirmed`() async throws {
        try await VaultLab.with { lab in
            var random = SystemRandomNumberGenerator()
            for round in 0..<25 {
                async let written = write(lab, round)
                try await Task.sleep(for: .microseconds(Int.random(in: 0...25_000, using: &random)))
                _ = try await lab.crash()
                for (name, confirmed) in await written {
                    let value = text(try await lab.vault.get(key(name)))
                    let parts = value.split(separator: " ")
                    // Whole, and not older than what was confirmed.
                    #expect(Set(parts).count == 1 && parts.count == 500, "\(name): \(value.prefix(60))")
                    #expect(try #require(Int(parts.first ?? "")) >= confirmed)
                }
                #expect(try await lab.vault.verify() == [])
            }
            #expect(!lab.names.contains { $0.contains(",new-") })
        }
    }

    /// Ever larger numbers into four secrets, until the worker is gone; what was confirmed of each.
    private func write(_ lab: VaultLab, _ round: Int) async -> [String: Int] {
        await withTaskGroup(of: (String, Int?).self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let name = "w/\(writer)"
                    var confirmed: Int?
                    for number in (round * 1000)..<(round * 1000 + 1000) {
                        let value = Array(repeating: "\(number)", count: 500).joined(separator: " ")
                        guard (try? await lab.vault.put(SecretKey(name)!, Secret(value))) != nil else { break }
                        confirmed = number
                    }
                    return (name, confirmed)
                }
            }
            var all: [String: Int] = [:]
            for await (name, confirmed) in group { all[name] = confirmed }
            return all
        }
    }

    @Test func `killed at any moment of a rotation, everything stays readable, and it goes on`() async throws {
        try await VaultLab.with { lab in
            let count = 120
            for number in 0..<count { try await lab.vault.put(key("k/\(number)"), Secret("value \(number)")) }
            try lab.writeKey(lab.places.nextKeyFile, 100)
            try await lab.vault.restart()
            var interrupted = 0
            for _ in 0..<40 {
                async let resealed = try? lab.vault.reseal()
                try await Task.sleep(for: .microseconds(Int.random(in: 0...30_000)))
                _ = try await lab.crash()
                if let left = await resealed, left == 0 { break }
                interrupted += 1
                #expect(try await lab.vault.verify() == [])
                let values = await lab.vault.get((0..<count).map { key("k/\($0)") })
                for (number, value) in values.enumerated() { #expect(text(try value.get()) == "value \(number)") }
            }
            #expect(interrupted > 0)
            _ = try await lab.vault.reseal()
            #expect(try await lab.vault.reseal() == 0)
            // The new key alone opens everything.
            #expect(rename(lab.places.nextKeyFile, lab.places.keyFile) == 0)
            try await lab.vault.restart()
            #expect(try await lab.vault.verify() == [])
            let values = await lab.vault.get((0..<count).map { key("k/\($0)") })
            for (number, value) in values.enumerated() { #expect(text(try value.get()) == "value \(number)") }
        }
    }

    @Test func `a full disk is a sentence, and the old value stays`() async throws {
        try await VaultLab.with { lab in
            try await lab.vault.put(key("a"), Secret("old"))
            // The largest file that the worker may write, in place of a disk that is full.
            let limit = ["prlimit", "--pid", "\(try await lab.pid)", "--fsize=10"]
            let uid = lab.places.workerUID
            let asWorker = geteuid() == 0 ? ["--reuid=\(uid)", "--regid=\(uid)", "--clear-groups"] : []
            let process = try Process.run(URL(filePath: "/usr/bin/setpriv"), arguments: asWorker + limit)
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            let error = await #expect(throws: SecretsError.self) {
                try await lab.vault.put(key("a"), Secret("new"))
            }
            #expect(error?.code == .unavailable && error?.description.contains("could not write it for a") == true)
            #expect(text(try await lab.vault.get(key("a"))) == "old")
            #expect(lab.names == [".lock", ".master.key", "a,sealed"])
        }
    }

    @Test func `a file that somebody puts in place is told`() async throws {
        try await VaultLab.with { lab in
            try await lab.vault.put(key("a"), Secret("x"))
            let before = await lab.vault.status().epoch
            try await Task.sleep(for: .milliseconds(200))
            unlink(lab.places.directory + "/a,sealed")
            var epochs = lab.vault.epochs.makeAsyncIterator()
            #expect(try #require(await epochs.next()) > before)
            #expect(try await lab.vault.list(prefix: "") == [])
        }
    }

    @Test func `a key that is none is a sentence`() async throws {
        try await VaultLab.with { lab in
            try Data([1, 2, 3]).write(to: URL(filePath: lab.places.keyFile))
            let error = await #expect(throws: SecretsError.self) {
                try await lab.vault.restart()
                try await lab.vault.restart()
            }
            #expect(error?.description.contains("The master key has 3 bytes; a key has 32.") == true)
        }
    }

    @Test func `ten thousand secrets are listed and found`() async throws {
        try await VaultLab.with { lab in
            let names = (0..<10_000).map { "many/n\($0 % 100)/secret-\($0)" }
            // Sealing each would wait for the disk each time: one is sealed, and all have its file.
            try await lab.vault.put(key(names[0]), Secret("value"))
            let first = lab.places.directory + "/\(names[0]),sealed"
            for name in names.dropFirst() {
                let path = lab.places.directory + "/" + name
                let folder = (path as NSString).deletingLastPathComponent
                if access(folder, F_OK) != 0 {
                    mkdir(folder, 0o700)
                    chown(folder, lab.places.workerUID, lab.places.workerUID)
                }
                link(first, path + ",sealed")
            }
            #expect(try await lab.vault.list(prefix: "many/") == names.map(key).sorted())
            #expect(text(try await lab.vault.get(key(names[0]))) == "value")
            let findings = try await lab.vault.verify()
            #expect(findings.count == 10_000)
            #expect(findings.count { $0.problem.hasPrefix("holds the secret many/n0/secret-0") } == 9_999)
        }
    }
}
