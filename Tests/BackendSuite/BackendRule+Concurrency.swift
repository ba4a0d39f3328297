extension BackendRule {
    static let concurrency: [BackendRule] = [
        BackendRule("of many requests at once each gets its own answer") { ground in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 { group.addTask { try await ground.put("c/\(number)", "value \(number)") } }
                try await group.waitForAll()
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let value = try await ground.get("c/\(number)")
                        try Ground.check(value == Array("value \(number)".utf8), "an answer came to the wrong question")
                    }
                }
                try await group.waitForAll()
            }
        },
        BackendRule("of several writers one wins, whole, and no reader sees anything else") { ground in
            let size = 40_000
            try await ground.put("shared", [UInt8](repeating: 0, count: size))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 1...20 {
                    group.addTask { try await ground.put("shared", [UInt8](repeating: UInt8(writer), count: size)) }
                    group.addTask {
                        let value = try await ground.get("shared") ?? []
                        try Ground.check(value.count == size && Set(value).count == 1, "a value is made of two")
                    }
                }
                try await group.waitForAll()
            }
            try await ground.put("shared", "last")
            try Ground.check(try await ground.get("shared") == Array("last".utf8), "the last one does not count")
        },
    ]
}
