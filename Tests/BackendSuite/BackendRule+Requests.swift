extension BackendRule {
    static let requests: [BackendRule] = [
        BackendRule("status says open, and the epoch") { ground in
            let answer = try await ground.backend.ask("status", body: [])
            try Ground.expect(answer, Status.ok, "status")
            try Ground.check(answer.fields.count == 3 && answer.texts[0] == "open", "the status is \(answer.texts)")
            try Ground.check(UInt64(answer.texts[1]) != nil, "the status has no epoch: \(answer.texts)")
        },
        BackendRule("methods that nobody knows are unsupported") { ground in
            for method in ["", "GET", "get ", "rename", "status/2", "../get", String(repeating: "m", count: 200)] {
                try Ground.expect(
                    try await ground.backend.ask(method, body: []),
                    Status.unsupported,
                    "the method \(method.prefix(20).debugDescription)"
                )
            }
        },
        BackendRule("bodies of the wrong form are refused") { ground in
            let key = BackendAnswer.body([Array(ground.key("a").utf8)])
            let broken: [(String, [UInt8])] = [
                ("get", []), ("get", [1]), ("get", [5, 0, 0, 0, 97]), ("get", [255, 255, 255, 255]), ("get", key + key),
                ("get", key + [0]), ("put", key), ("put", key + key + key), ("put", key + [9, 0, 0, 0]),
                ("delete", []), ("delete", key + key), ("list", []), ("list", key), ("list", key + key + key),
                ("verify", []),
            ]
            for (method, body) in broken {
                let answer = try await ground.backend.ask(method, body: body)
                try Ground.expect(answer, Status.invalid, "\(method) with the body \(body.prefix(60))")
            }
            try Ground.check(try await ground.list().isEmpty, "a request that was refused left something behind")
        },
        BackendRule("whatever a body is made of, there is an answer") { ground in
            for (method, body) in ExchangeCorpus.all {
                let answer = try await ground.backend.ask(method, body: body)
                try Ground.check(Status.known.contains(answer.status), "\(method) is answered with \(answer.status)")
                guard answer.status < 0 else { continue }
                try Ground.check(answer.fields.count <= 1, "a refusal has \(answer.fields.count) fields")
                try Ground.check(answer.fields.allSatisfy { $0.count <= 1024 }, "a refusal has a very long sentence")
            }
            try await ground.put("after", "all")
            try Ground.check(try await ground.get("after") == Array("all".utf8), "the backend does not work any more")
        },
    ]
}
