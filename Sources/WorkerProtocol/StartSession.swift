/// What a confined worker needs to begin: only now do parameters and secrets reach it.
package struct StartSession: Equatable, Sendable {
    package var parameters: [String: String]
    package var secrets: [String: [UInt8]]
    package var columns: UInt32
    package var rows: UInt32
    /// Extensions that need somebody at the other end.
    package var abilities: Abilities

    package init(
        parameters: [String: String] = [:],
        secrets: [String: [UInt8]] = [:],
        columns: UInt32 = 80,
        rows: UInt32 = 24,
        abilities: Abilities = []
    ) {
        self.parameters = parameters
        self.secrets = secrets
        self.columns = columns
        self.rows = rows
        self.abilities = abilities
    }

    /// What the broker answers to for this session. The worker offers a plugin no extension that nobody would answer.
    package struct Abilities: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `ask` is put to the operator and answered by `answer`.
        package static let prompt = Self(rawValue: 1)
        /// `clipboard` is taken from, and sent to, the operator's client.
        package static let clipboard = Self(rawValue: 2)
        /// `check` is decided by the pins that the host keeps, and answered by `answer`.
        package static let trust = Self(rawValue: 4)
        /// `look` may be asked: a model of the screen is kept.
        package static let screen = Self(rawValue: 0x100)
        /// `text` is wanted; goes with `screen`.
        package static let text = Self(rawValue: 0x200)
        static let known: Self = [.prompt, .clipboard, .trust, .screen, .text]
    }
}

extension StartSession {
    init(_ reader: inout PayloadReader) throws(WorkerProtocolError) {
        self.init()
        for _ in 0..<(try reader.count(elementsOfAtLeast: 8)) {
            let name = try reader.string("a parameter's name")
            let value = try reader.string("the parameter \(name)")
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw .malformed("a parameter given twice")
            }
        }
        for _ in 0..<(try reader.count(elementsOfAtLeast: 8)) {
            let name = try reader.string("a secret's name")
            let value = try reader.data()
            guard secrets.updateValue(value, forKey: name) == nil else { throw .malformed("a secret given twice") }
        }
        columns = try reader.integer(UInt32.self)
        rows = try reader.integer(UInt32.self)
        abilities = Abilities(rawValue: try reader.integer(UInt32.self))
        guard abilities.isSubset(of: .known) else { throw .malformed("the abilities of a session") }
    }

    func write(to writer: inout PayloadWriter) {
        writer.integer(UInt32(parameters.count))
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            writer.string(name)
            writer.string(value)
        }
        writer.integer(UInt32(secrets.count))
        for (name, value) in secrets.sorted(by: { $0.key < $1.key }) {
            writer.string(name)
            writer.data(value)
        }
        writer.integer(columns)
        writer.integer(rows)
        writer.integer(abilities.rawValue)
    }
}
