/// The answers of the HTTP API that hold no secret, as far as we read them. What is missing keeps its default.
enum Answers {
    /// `sys/seal-status`
    struct SealStatus: Equatable {
        var isSealed: Bool?
        var isInitialized = true

        init(_ body: WipedBytes) throws {
            try JSONReader.read(body) { reader in
                try reader.members { reader, name in
                    switch name {
                    case "sealed": isSealed = try reader.boolean()
                    case "initialized": isInitialized = try reader.boolean()
                    default: try reader.skip()
                    }
                }
            }
        }
    }

    /// `sys/internal/ui/mounts/…`
    struct Mount: Equatable {
        var type: String?
        var version: String?

        init(_ body: WipedBytes) throws {
            try Answers.data(of: body) { reader, name in
                switch name {
                case "type": type = try reader.textOrNull()
                case "options":
                    try reader.membersOrNull { reader, name in
                        guard name == "version" else { return try reader.skip() }
                        version = try reader.textOrNull()
                    }
                default: try reader.skip()
                }
            }
        }

        var isVersionTwo: Bool { type == "kv" && version == "2" }
    }

    /// What a request was refused with: `{"errors": [...]}`, on one line; empty where it says nothing.
    static func errors(_ body: WipedBytes) -> String {
        var errors: [String] = []
        try? JSONReader.read(body) { reader in
            try reader.members { reader, name in
                guard name == "errors" else { return try reader.skip() }
                try reader.elements { errors.append(try $0.text()) }
            }
        }
        return Printable.words(errors.joined(separator: "; "))
    }

    /// The members of `data`, which may be null.
    static func data(of body: WipedBytes, _ member: (inout JSONReader, String) throws -> Void) throws {
        try JSONReader.read(body) { reader in
            try reader.members { reader, name in
                guard name == "data" else { return try reader.skip() }
                try reader.membersOrNull(member)
            }
        }
    }
}
