extension BackendRule {
    static let lists: [BackendRule] = [
        BackendRule("list is sorted byte by byte") { ground in
            let names = ["b", "a0", "a/b", "a.b", "a-b", "a", "A", "a_b", "a/b/c", "a/B", "Z", "a/.x", "0"]
            for name in names { try await ground.put(name, "v") }
            let expected = names.map(ground.key).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let listed = try await ground.list()
            try Ground.check(listed == expected, "the order is \(listed)")
        },
        BackendRule("list takes a prefix, which need not end at a slash") { ground in
            for name in ["db/main", "db/other", "db2/main", "d", "e"] { try await ground.put(name, "v") }
            let expectations: [(String, [String])] = [
                ("db/", ["db/main", "db/other"]), ("db", ["db/main", "db/other", "db2/main"]), ("db/m", ["db/main"]),
                ("d", ["d", "db/main", "db/other", "db2/main"]), ("db/main", ["db/main"]), ("db/main/", []), ("x", []),
            ]
            for (prefix, names) in expectations {
                let listed = try await ground.list(prefix)
                try Ground.check(listed == names.map(ground.key), "the prefix \(prefix) lists \(listed)")
            }
        },
        BackendRule("list goes on after a name, whether that is there or not") { ground in
            for name in ["a", "b", "b/c", "c"] { try await ground.put(name, "v") }
            let expectations: [(String, [String])] = [
                ("a", ["b", "b/c", "c"]), ("b", ["b/c", "c"]), ("b/c", ["c"]), ("aa", ["b", "b/c", "c"]),
                ("b/zzz", ["c"]), ("c", []), ("zzz", []),
            ]
            for (after, names) in expectations {
                let listed = try await ground.list(after: ground.key(after))
                try Ground.check(listed == names.map(ground.key), "after \(after) comes \(listed)")
            }
        },
        BackendRule("list leaves out what was deleted, and names nothing twice") { ground in
            for number in 0..<200 { try await ground.put("n\(number % 10)/\(number)", "v") }
            for number in 0..<200 where number % 2 == 0 { try await ground.delete("n\(number % 10)/\(number)") }
            let listed = try await ground.list()
            try Ground.check(
                listed.count == 100 && Set(listed).count == 100,
                "\(listed.count) are listed instead of 100"
            )
            for number in 0..<200 where number % 2 == 1 { try await ground.delete("n\(number % 10)/\(number)") }
            try Ground.check(try await ground.list().isEmpty, "an empty list is not empty")
        },
        BackendRule("verify finds nothing wrong with what the backend wrote itself") { ground in
            for number in 0..<20 { try await ground.put("v/\(number)", "value \(number)") }
            var cursor = ""
            for _ in 0..<10_000 {
                let answer = try await ground.backend.ask("verify", cursor)
                try Ground.expect(answer, Status.ok, "verify")
                try Ground.check(
                    answer.fields.count >= 2 && answer.fields.count % 2 == 0,
                    "a page of verify is not in pairs"
                )
                for name in answer.texts.dropFirst(2) where name.contains(ground.prefix) {
                    throw BackendFailure("verify complains of \(name)")
                }
                if answer.texts[0] == "end" { return }
                cursor = answer.texts[1]
            }
            throw BackendFailure("verify does not end")
        },
        BackendRule("resealing keeps every value, and may be repeated") { ground in
            for number in 0..<20 { try await ground.put("v/\(number)", "value \(number)") }
            for _ in 0..<2 {
                let answer = try await ground.backend.ask("reseal", body: [])
                guard answer.status != Status.unsupported else { return }
                try Ground.expect(answer, Status.ok, "reseal")
                try Ground.check(answer.texts.first.flatMap(Int.init) != nil, "reseal tells no count")
            }
            for number in 0..<20 {
                let value = try await ground.get("v/\(number)")
                try Ground.check(value == Array("value \(number)".utf8), "resealing changed a value")
            }
        },
    ]
}
