/// Between the output that passes through and the model of the screen.
///
/// The model is far slower than the output may be, so it is fed four times a second at most, and no more than the last lines, one
/// screen of them, in at most `kept` bytes: what came before them has left the screen by then. Of what is skipped, the modes are
/// kept account of, and its lines are told as far as the budget goes.
final class ScreenFeed {
    private let model: ScreenModel
    private let tellsText: Bool
    private var scanner = EscapeScanner()
    private var backlog: [UInt8] = []
    private var isDirty = false
    /// The other screen, as it was when a full-screen program took its place.
    private var covered: [UInt8] = []
    /// The last bytes, where they are the beginning of a character.
    private var halfCharacter: [UInt8] = []

    private var ledger = LineLedger()
    private var plain = PlainLines()
    private var floods = TextBudget(burst: 2 << 20, perSecond: 64 << 10)
    private var screens = TextBudget(burst: 256 << 10, perSecond: 64 << 10)
    private var told: [String] = []
    private(set) var toldBytes = 0
    private var now = 0.0

    private static let capacity = 256 << 10
    static let kept = 32 << 10
    private static let mostLooks = 4
    /// That wait for the broker; what is on the screen now may still join them.
    private static let mostFlooded = 1 << 20
    private static let mostTold = 5 << 18

    init?(columns: Int, rows: Int, tellsText: Bool) {
        guard let model = ScreenModel(columns: columns, rows: rows, keepsPushed: tellsText) else { return nil }
        self.model = model
        self.tellsText = tellsText
    }

    /// Whether a tick would find something to do.
    var hasWork: Bool { isDirty || hasText }
    var hasText: Bool { !told.isEmpty }

    /// What was passed on to the operator, in order. Costs a copy, and now and then a look for escape characters.
    func feed(_ bytes: UnsafeRawBufferPointer) {
        isDirty = true
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.capacity - backlog.count)
            backlog.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            if backlog.count == Self.capacity { condense() }
        }
    }

    func resize(columns: Int, rows: Int) {
        advance()
        model.resize(columns: columns, rows: rows)
        isDirty = true
    }

    /// Brings the model up to date and returns the lines to tell. `isLast`: also the one that the cursor is on.
    func tick(at seconds: Double, isLast: Bool = false) {
        now = seconds
        floods.refill(at: seconds)
        screens.refill(at: seconds)
        guard isDirty || isLast else { return }
        advance()
        isDirty = false
        if tellsText { look(isLast: isLast) }
    }

    /// Lines to tell, at most `limit` bytes of them.
    func takeTold(upTo limit: Int) -> [String] {
        var bytes = 0
        let count = told.firstIndex { line in
            bytes += line.utf8.count + 4
            return bytes > limit
        }
        let lines = Array(told.prefix(count ?? told.count))
        told.removeFirst(lines.count)
        toldBytes -= lines.reduce(0) { $0 + $1.utf8.count }
        return lines
    }

    /// What paints the screen as it is behind all that was fed.
    func snapshot() -> (columns: Int, rows: Int, bytes: [UInt8]) {
        advance()
        let modes = scanner.modes
        var bytes = Array(
            "\u{1B}[!p\u{1B}[?1049l\u{1B}[?5;69;1000;1002;1003;1004;1006;2004l\u{1B}[0m\u{1B}(B\u{1B}[H\u{1B}[2J".utf8
        )
        if modes.isAlternate { bytes += covered + Array("\u{1B}[?1049h\u{1B}[H\u{1B}[2J".utf8) }
        bytes += model.paint()
        // Setting margins moves the cursor, which comes last.
        bytes += modes.sequence(from: TerminalModes(), withScreen: false)
        let cursor = model.cursor
        let row = modes.changed[6] == true ? "" : "\u{1B}[\(cursor.row + 1);\(cursor.column + 1)H"
        bytes += Array(row.utf8)
        bytes += scanner.unfinished
        if scanner.isGround { bytes += halfCharacter }
        return (model.columns, model.rows, bytes)
    }

    // MARK: feeding

    private func advance() {
        guard !backlog.isEmpty else { return }
        condense()
        let bytes = backlog
        backlog.removeAll(keepingCapacity: true)
        var looks = 0
        bytes.withUnsafeBytes { bytes in
            var index = 0
            var fed = 0
            while let token = scanner.next(bytes, &index) {
                guard case .sequence(let kind) = token, kind == .clears || kind == .entersAlternateScreen else {
                    continue
                }
                // What is about to go is looked at before; more often than that nobody could have read it.
                guard looks < Self.mostLooks else { continue }
                looks += 1
                let start = max(fed, index - EscapeScanner.longest)
                let escape = bytes[start..<index].lastIndex(of: 0x1B) ?? index
                model.write(UnsafeRawBufferPointer(rebasing: bytes[fed..<max(fed, escape)]))
                fed = max(fed, escape)
                if tellsText { look(isLast: false) }
                if kind == .entersAlternateScreen { covered = paintCovered() }
            }
            model.write(UnsafeRawBufferPointer(rebasing: bytes[fed...]))
            halfCharacter = Self.halfCharacter(bytes)
        }
    }

    /// The cursor is where the program will find it again.
    private func paintCovered() -> [UInt8] {
        let cursor = model.cursor
        return model.paint() + Array("\u{1B}[\(cursor.row + 1);\(cursor.column + 1)H".utf8)
    }

    /// Forgets all but what may still be on the screen.
    private func condense() {
        let stop = backlog.withUnsafeBytes(lastLines)
        guard stop > 0 else { return }
        // Taken out: each access to a member costs more than most sequences do.
        var scanner = EscapeScanner()
        swap(&scanner, &self.scanner)
        let before = scanner.modes
        let wasGround = scanner.isGround
        var consumed = 0
        backlog.withUnsafeBytes { bytes in
            let front = UnsafeRawBufferPointer(rebasing: bytes[..<stop])
            while mayTellSkipped, let token = scanner.next(front, &consumed) { skip(token, bytes) }
            plain.drop()
            scanner.passOver(front, &consumed)
            // A sequence that begins before the cut ends behind it.
            if !scanner.isGround { _ = scanner.next(bytes, &consumed) }
        }
        swap(&scanner, &self.scanner)
        // The model waits in the middle of the sequence that the last bytes began.
        if !wasGround { model.write([0x18]) }
        model.write(self.scanner.modes.sequence(from: before, withScreen: true))
        model.write(self.scanner.unfinished)
        backlog.removeFirst(consumed)
        halfCharacter = []
    }

    private var mayTellSkipped: Bool { tellsText && !floods.isSpent && toldBytes < Self.mostFlooded }

    private func skip(_ token: EscapeScanner.Token, _ bytes: UnsafeRawBufferPointer) {
        switch token {
        case .text(let range):
            // To look costs as well, where nothing comes of it.
            _ = floods.take(range.count / 4)
            _ = plain.take(UnsafeRawBufferPointer(rebasing: bytes[range]), tellSkipped)
        case .sequence(.moves), .sequence(.clears), .sequence(.entersAlternateScreen): _ = plain.end(tellSkipped)
        case .sequence: break
        }
    }

    /// Where the last screen of lines begins; within the last `kept` bytes in any case, and not within a character.
    private func lastLines(_ bytes: UnsafeRawBufferPointer) -> Int {
        let first = max(0, bytes.count - Self.kept)
        var index = bytes.count - 1
        var feeds = 0
        var earliest = first
        while index >= first {
            if bytes[index] == 0x0A {
                if feeds == model.rows + 1 { return index + 1 }
                feeds += 1
                earliest = index + 1
            }
            index -= 1
        }
        guard first > 0 else { return 0 }
        if feeds > 0 { return earliest }
        return bytes[first...].firstIndex { $0 & 0xC0 != 0x80 } ?? first
    }

    private static func halfCharacter(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            guard byte >= 0x80 else { return [] }
            guard byte >= 0xC0 else { continue }
            let whole = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            return length < whole ? Array(bytes.suffix(length)) : []
        }
        return []
    }

    // MARK: telling

    private func look(isLast: Bool) {
        for line in model.takePushed() { tell(line, &floods, upTo: Self.mostFlooded) }
        let cursor = model.cursor.row
        for row in 0..<model.rows where isLast || row != cursor {
            tell(model.text(row: row), &screens, upTo: Self.mostTold)
        }
    }

    private func tellSkipped(_ line: String) -> Bool {
        tell(line, &floods, upTo: Self.mostFlooded)
        return !floods.isSpent
    }

    private func tell(_ line: String, _ budget: inout TextBudget, upTo most: Int) {
        guard !line.isEmpty, toldBytes < most, !budget.isSpent, ledger.isNew(line, at: now) else { return }
        _ = budget.take(line.utf8.count)
        told.append(line)
        toldBytes += line.utf8.count
    }
}
