import CVTerm
import Glibc

/// libvterm's idea of a screen: cells, cursor, and the lines that left it at the top. The screen that a full-screen program covers
/// cannot be asked for; what was on it is remembered as it was painted.
final class ScreenModel {
    private let memory = ScreenMemory()
    private var terminal: OpaquePointer
    private(set) var screen: OpaquePointer
    private(set) var state: OpaquePointer
    private(set) var columns: Int
    private(set) var rows: Int
    /// Lines that were pushed off since the last time they were taken.
    private var pushed: [String] = []
    /// False: nobody wants them.
    private let keepsPushed: Bool

    /// A cell takes about fifty bytes, twice: no screen is larger, whatever an operator's client says.
    private static let columnRange = 2...1000
    private static let rowRange = 1...500
    private static let mostPushed = 2048
    /// libvterm keeps the characters of what it is given on the stack, four bytes for one.
    private static let piece = 4096
    /// Beside the cells.
    private static let mostMemory = 8 << 20
    private static let cellSize = 128

    private let callbacks: UnsafeMutablePointer<VTermScreenCallbacks>

    init?(columns: Int, rows: Int, keepsPushed: Bool) {
        self.columns = Self.columnRange.clamp(columns)
        self.rows = Self.rowRange.clamp(rows)
        self.keepsPushed = keepsPushed
        guard let terminal = memory.makeTerminal(rows: self.rows, columns: self.columns) else { return nil }
        self.terminal = terminal
        screen = vterm_obtain_screen(terminal)
        state = vterm_obtain_state(terminal)
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: VTermScreenCallbacks())
        callbacks.pointee.sb_pushline = { count, cells, user in
            guard let cells, let user else { return 0 }
            let model = Unmanaged<ScreenModel>.fromOpaque(user).takeUnretainedValue()
            model.push(UnsafeBufferPointer(start: cells, count: Int(count)))
            return 1
        }
        prepare()
    }

    private func prepare() {
        vterm_set_utf8(terminal, 1)
        // What it would answer to questions: the operator's terminal does that.
        vterm_output_set_callback(terminal, { _, _, _ in }, nil)
        vterm_screen_set_callbacks(screen, callbacks, Unmanaged.passUnretained(self).toOpaque())
        vterm_screen_enable_altscreen(screen, 1)
        vterm_screen_set_damage_merge(screen, VTERM_DAMAGE_SCREEN)
        vterm_screen_reset(screen, 1)
    }

    deinit {
        vterm_free(terminal)
        callbacks.deallocate()
    }

    func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.piece))
            vterm_input_write(terminal, part.baseAddress?.assumingMemoryBound(to: CChar.self), part.count)
            rest = rest.dropFirst(part.count)
        }
        if memory.used > Self.mostMemory + rows * columns * 2 * Self.cellSize { startAnew() }
    }

    /// No honest program gets here: it sees an empty screen afterwards.
    private func startAnew() {
        vterm_free(terminal)
        guard let terminal = memory.makeTerminal(rows: rows, columns: columns) else { abort() }
        self.terminal = terminal
        screen = vterm_obtain_screen(terminal)
        state = vterm_obtain_state(terminal)
        prepare()
    }

    func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

    func resize(columns: Int, rows: Int) {
        let size = (Self.columnRange.clamp(columns), Self.rowRange.clamp(rows))
        guard size != (self.columns, self.rows) else { return }
        (self.columns, self.rows) = size
        vterm_set_size(terminal, Int32(self.rows), Int32(self.columns))
    }

    var usedMemory: Int { memory.used }

    var cursor: (row: Int, column: Int) {
        var position = VTermPos()
        vterm_state_get_cursorpos(state, &position)
        return (Int(position.row), Int(position.col))
    }

    /// A row's text without what is blank at its end.
    func text(row: Int) -> String {
        let area = VTermRect(start_row: Int32(row), end_row: Int32(row + 1), start_col: 0, end_col: Int32(columns))
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: columns * 24) { buffer in
            let count = vterm_screen_get_text(screen, buffer.baseAddress, buffer.count, area)
            return Self.line(UnsafeRawBufferPointer(buffer).prefix(min(count, buffer.count)))
        }
    }

    func cell(row: Int, column: Int) -> VTermScreenCell {
        var cell = VTermScreenCell()
        vterm_screen_get_cell(screen, VTermPos(row: Int32(row), col: Int32(column)), &cell)
        return cell
    }

    func takePushed() -> [String] {
        defer { pushed = [] }
        return pushed
    }

    private func push(_ cells: UnsafeBufferPointer<VTermScreenCell>) {
        guard keepsPushed, pushed.count < Self.mostPushed else { return }
        var text = ""
        for cell in cells { cell.append(to: &text) }
        while text.last == " " { text.removeLast() }
        if !text.isEmpty { pushed.append(text) }
    }

    private static func line(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let kept = bytes.prefix(
            (bytes.lastIndex { $0 != 0x20 && $0 != 0 } ?? bytes.startIndex - 1) + 1 - bytes.startIndex
        )
        return String(decoding: kept.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }
}

extension VTermScreenCell {
    /// Blank cells are spaces; the second half of a wide character is nothing.
    func append(to text: inout String) {
        guard chars.0 != .max else { return }
        guard chars.0 != 0 else { return text += " " }
        Self.append(chars.0, to: &text)
        guard chars.1 != 0 else { return }
        for value in [chars.1, chars.2, chars.3, chars.4, chars.5] where value != 0 { Self.append(value, to: &text) }
    }

    private static func append(_ value: UInt32, to text: inout String) {
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        text.unicodeScalars.append(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? " " : scalar)
    }
}

extension ClosedRange {
    func clamp(_ value: Bound) -> Bound { Swift.min(Swift.max(value, lowerBound), upperBound) }
}
