extension BackendRule {
    static let values: [BackendRule] = [
        BackendRule("a value comes back byte for byte") { ground in
            let values: [[UInt8]] = [
                [], [0], Array("line\n".utf8), Array("a\0b".utf8), Array(0...255),
                [UInt8](repeating: 0xFF, count: 65_537),
            ]
            for (number, value) in values.enumerated() {
                try await ground.put("v\(number)", value)
                let got = try await ground.get("v\(number)")
                try Ground.check(
                    got == value,
                    "value \(number) of \(value.count) bytes comes back as \(got?.count ?? -1)"
                )
            }
        },
        BackendRule("the largest value is a mebibyte, and a larger one changes nothing") { ground in
            let largest = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 % 253) }
            try await ground.put("large", largest)
            try Ground.check(try await ground.get("large") == largest, "the largest value does not come back")
            let answer = try await ground.backend.ask("put", Array(ground.key("large").utf8), largest + [1])
            try Ground.expect(answer, Status.tooLarge, "put of a mebibyte and one byte")
            try Ground.check(try await ground.get("large") == largest, "a put that was refused changed the value")
        },
        BackendRule("a later value replaces an earlier one") { ground in
            for value in ["one", "a longer second value", "3", ""] {
                try await ground.put("a", value)
                try Ground.check(try await ground.get("a") == Array(value.utf8), "the latest value does not come back")
            }
        },
        BackendRule("what is not there is not found, not even to be deleted") { ground in
            try Ground.check(try await ground.get("nothing") == nil, "get finds what is not there")
            try Ground.expect(
                try await ground.backend.ask("delete", ground.key("nothing")),
                Status.notFound,
                "delete of nothing"
            )
            try await ground.put("a/b", "x")
            try Ground.check(try await ground.get("a") == nil, "get finds a prefix of a secret's name")
            try Ground.check(try await ground.get("a/b/c") == nil, "get finds something below a secret's name")
        },
        BackendRule("a deleted secret is gone, and no other") { ground in
            for name in ["a", "a/b", "ab", "a.b"] { try await ground.put(name, name) }
            try await ground.delete("a")
            try Ground.check(try await ground.get("a") == nil, "a deleted secret is still there")
            for name in ["a/b", "ab", "a.b"] {
                try Ground.check(try await ground.get(name) == Array(name.utf8), "deleting a took \(name) along")
            }
            try await ground.put("a", "again")
            try Ground.check(try await ground.get("a") == Array("again".utf8), "a deleted secret cannot come back")
        },
        BackendRule("the epoch grows with each change, and with nothing else") { ground in
            let before = try await ground.epoch()
            try await ground.put("a", "1")
            let put = try await ground.epoch()
            try Ground.check(put > before, "the epoch did not grow with a put")
            _ = try await ground.get("a")
            _ = try await ground.list()
            try Ground.check(try await ground.epoch() == put, "the epoch grew with reading")
            try await ground.delete("a")
            try Ground.check(try await ground.epoch() > put, "the epoch did not grow with a delete")
        },
        BackendRule("what was put is there after a crash") { ground in
            try await ground.put("kept", "before")
            try await ground.put("gone", "x")
            try await ground.delete("gone")
            let epoch = try await ground.epoch()
            guard try await ground.backend.crash() else { return }
            try Ground.check(try await ground.get("kept") == Array("before".utf8), "a crash took a secret along")
            try Ground.check(try await ground.get("gone") == nil, "a crash brought a deleted secret back")
            try Ground.check(try await ground.epoch() >= epoch, "the epoch fell over a restart")
        },
    ]
}
