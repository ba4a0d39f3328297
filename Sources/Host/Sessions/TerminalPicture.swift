/// A screen as a worker's model of it has it: what paints it, and its size.
struct TerminalPicture: Sendable, Equatable {
    let columns: Int
    let rows: Int
    let paint: [UInt8]
}
