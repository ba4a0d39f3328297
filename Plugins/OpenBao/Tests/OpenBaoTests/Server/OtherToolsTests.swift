import Foundation
import PluginKit
import Testing

@testable import OpenBao

extension WithBao {
    /// What people and programs do to the same store without us.
    @Suite struct `Secrets that other tools write` {
        let folder: String
        let administrator: Administrator

        init() throws {
            folder = SharedBao.folder()
            administrator = try SharedBao.server().administrator
        }

        @Test func `are text that stands for itself`() throws {
            let backend = try SharedBao.backend(prefix: folder)
            try write("a", #"{"value":"hunter2"}"#)
            #expect(try backend.get("a") == "hunter2")
        }

        @Test(arguments: [#"{"password":"x"}"#, #"{"value":7}"#, #"{"value":"base64:x"}"#])
        func `and cannot be read are corrupt`(fields: String) throws {
            let backend = try SharedBao.backend(prefix: folder)
            try write("a", fields)
            let refused = refusal { try backend.get("a") }
            #expect(refused?.status == .corrupt)
            #expect(refused?.sentence.contains("“value”") == true)
            #expect(try backend.verify()["a"]?.contains("“value”") == true)
        }

        @Test func `and delete for a while are not there, and come back`() throws {
            let backend = try SharedBao.backend(prefix: folder)
            try backend.put("a", "x")
            try backend.put("b", "x")
            try administrator.send(.delete, "secret/data/\(folder)/a")
            let refused = refusal { try backend.get("a") }
            #expect(refused?.status == .notFound)
            #expect(refused?.sentence.contains("bao kv undelete -mount=secret -versions=1 \(folder)/a") == true)
            #expect(try backend.list() == ["b"])
            #expect(try backend.verify() == ["a": "its newest version was deleted with another tool"])
            try administrator.send(.post, "secret/undelete/\(folder)/a", #"{"versions":[1]}"#)
            #expect(try backend.get("a") == "x")
            #expect(try backend.list() == ["a", "b"])
        }

        @Test func `and deleted halfway are removed for good when we are asked to`() throws {
            let backend = try SharedBao.backend(prefix: folder)
            try backend.put("a", "x")
            try administrator.send(.delete, "secret/data/\(folder)/a")
            try backend.delete("a")
            #expect(try administrator.answer(.get, "secret/metadata/\(folder)/a").0 == 404)
        }

        @Test func `under names that are none of ours are found by verify`() throws {
            let backend = try SharedBao.backend(prefix: folder)
            try backend.put("a", "x")
            try write("odd%20name", #"{"value":"x"}"#)
            #expect(try backend.list() == ["a"])
            #expect(try backend.verify() == ["odd name": "this is no name that a secret of ours can have"])
        }

        @Test func `move the epoch, and the server is told`() throws {
            let backend = try SharedBao.backend(["poll-interval": "1"], prefix: folder)
            try backend.put("a", "x")
            let before = try backend.epoch()
            // Our own change is none that nobody asked about.
            #expect(!backend.host.wait(3) { !$0.epochs.isEmpty })
            try write("a", #"{"value":"y"}"#)
            #expect(backend.host.wait { !$0.epochs.isEmpty })
            let after = try backend.epoch()
            #expect(after > before)
            #expect(backend.host.locked { $0.epochs.last } == after)
            try administrator.send(.delete, "secret/metadata/\(folder)/a")
            #expect(backend.host.wait { $0.epochs.count >= 2 })
        }

        @Test func `and remove and make anew between two looks move the epoch too`() throws {
            let backend = try SharedBao.backend(["poll-interval": "1"], prefix: folder)
            try write("a", #"{"value":"x"}"#)
            #expect(!backend.host.wait(2) { $0.epochs.count > 1 })
            let heard = backend.host.locked { $0.epochs.count }
            try administrator.send(.delete, "secret/metadata/\(folder)/a")
            try write("a", #"{"value":"y"}"#)
            #expect(backend.host.wait { $0.epochs.count > heard })
        }

        @Test func `do not hide behind our own changes`() throws {
            let backend = try SharedBao.backend(prefix: folder)
            let epochs = try (0..<5).map { index in
                try backend.put("a", "\(index)")
                return try backend.epoch()
            }
            #expect(epochs == Array(Set(epochs)).sorted())
            try backend.delete("a")
            #expect(try backend.epoch() > epochs.last!)
        }

        @Test func `are kept where the store wants check-and-set`() throws {
            try write("a", #"{"value":"x"}"#)
            for key in ["a", "b"] {
                try administrator.send(.post, "secret/metadata/\(folder)/\(key)", #"{"cas_required":true}"#)
            }
            let backend = try SharedBao.backend(prefix: folder)
            try backend.put("a", "y")
            try backend.put("b", "new")
            #expect(try backend.get("a") == "y")
            #expect(try backend.get("b") == "new")
        }

        private func write(_ key: String, _ fields: String) throws {
            try administrator.send(.post, "secret/data/\(folder)/\(key)", "{\"data\":\(fields)}")
        }
    }
}
