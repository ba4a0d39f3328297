extension BackendRule {
    static let names: [BackendRule] = [
        BackendRule("a and a/b, and keys that differ by case, are secrets of their own") { ground in
            let keys = ["a", "a/b", "a/b/c", "A", "a/B", "a.b", "a-b", "a_b", "a..b", "...", ".hidden", "-", "_", "0"]
            for name in keys { try await ground.put(name, "value of \(name)") }
            for name in keys {
                let value = try await ground.get(name)
                try Ground.check(value == Array("value of \(name)".utf8), "\(name) does not have its own value")
            }
            try Ground.check(try await ground.list().count == keys.count, "not all of them are listed")
        },
        BackendRule("names that mean something to a file system are names like any other") { ground in
            // As they stand in the backend, and one level deeper.
            let keys = [
                "CON", "nul", "lost-found", "data", "metadata", "index", "list", "tmp",
                "x.tmp",
                ".lock", ".master.key", ".master.key/x", "a.sealed", "a.sealed/b", "secret", "config", ".git/config",
            ]
            for name in keys { try await ground.put(name, name) }
            for name in keys {
                try Ground.check(try await ground.get(name) == Array(name.utf8), "\(name) does not come back")
            }
        },
        BackendRule("the longest names work") { ground in
            let segment = String(repeating: "s", count: 200)
            let room = 512 - ground.prefix.utf8.count - 1
            let names = [
                segment, "\(segment)/x", String(String(repeating: "d/", count: 300).prefix(room - room % 2 - 1)),
                String((segment + "/" + segment + "/" + segment).prefix(room)),
            ]
            for name in names { try await ground.put(name, "v") }
            // Whoever looks at what is there must not run out of anything on the way down.
            _ = try await ground.backend.crash()
            let listed = Set(try await ground.list())
            try Ground.check(
                listed == Set(names.map(ground.key)),
                "of \(names.count) long names \(listed.count) are listed"
            )
            for name in names {
                try Ground.check(
                    try await ground.get(name) == [UInt8(ascii: "v")],
                    "a name of \(name.count) bytes is lost"
                )
                try await ground.delete(name)
            }
            try Ground.check(try await ground.list().isEmpty, "something of long names stays behind")
        },
        BackendRule("what is no name is refused, for every method that takes one") { ground in
            for name in notNames {
                for method in ["get", "put", "delete"] {
                    let fields = method == "put" ? [name, Array("marked value".utf8)] : [name]
                    let answer = try await ground.backend.ask(method, body: BackendAnswer.body(fields))
                    let shown = String(decoding: name.prefix(40), as: UTF8.self)
                    try Ground.expect(answer, Status.invalid, "\(method) \(shown.debugDescription)")
                    let sentence = answer.texts.joined()
                    try Ground.check(!sentence.contains("marked value"), "the sentence of a refusal holds the value")
                }
            }
        },
    ]

    private static let notNames: [[UInt8]] = {
        let texts = [
            "", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "../a", "a/../b", "a/..", "a/./b", "a b", "a\nb",
            "a\tb",
            "a\0b", "\0", "a\\b", "~", "a:b", "a,b", "a*", "ä", "a%2fb", "a%2e%2e", "$HOME", "a;b", "a\u{7f}", "a?b=c",
            "a#b",
            "a+b", "a=b", "a@b", "../../../../../../etc/passwd", "/etc/passwd",
            String(repeating: "s", count: 201), String(repeating: "d/", count: 256) + "d",
            String(repeating: "k", count: 4096),
        ]
        return texts.map { Array($0.utf8) } + [[0xFF], [0x61, 0xC3], [0xC0, 0xAE, 0xC0, 0xAE]]
    }()
}
