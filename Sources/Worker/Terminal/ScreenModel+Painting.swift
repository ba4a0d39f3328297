import CVTerm

/// A screen as control sequences: whoever shows them sees what is on it.
extension ScreenModel {
    /// The rows from the top, on a screen that is clear.
    func paint() -> [UInt8] {
        var bytes: [UInt8] = []
        var style: [UInt8] = []
        for row in 0..<rows {
            let width = usedWidth(row)
            guard width > 0 else { continue }
            bytes += Array("\u{1B}[\(row + 1);1H".utf8)
            for column in 0..<width {
                let cell = cell(row: row, column: column)
                let next = cell.style
                if next != style {
                    bytes += next.isEmpty ? Array("\u{1B}[0m".utf8) : next
                    style = next
                }
                var text = ""
                cell.append(to: &text)
                bytes += Array(text.utf8)
            }
        }
        return bytes + Array("\u{1B}[0m".utf8)
    }

    private func usedWidth(_ row: Int) -> Int {
        (0..<columns).reversed().first { column in
            let cell = cell(row: row, column: column)
            return cell.chars.0 != 0 || !cell.style.isEmpty
        }.map { $0 + 1 } ?? 0
    }
}

extension VTermScreenCell {
    /// `CSI 0;… m`, or nothing for a cell as it is after a reset.
    var style: [UInt8] {
        var codes: [String] = []
        if attrs.bold != 0 { codes.append("1") }
        if attrs.italic != 0 { codes.append("3") }
        if attrs.underline != 0 { codes.append("4") }
        if attrs.blink != 0 { codes.append("5") }
        if attrs.reverse != 0 { codes.append("7") }
        if attrs.strike != 0 { codes.append("9") }
        codes += Self.codes(fg, isDefault: UInt8(VTERM_COLOR_DEFAULT_FG.rawValue), base: 30)
        codes += Self.codes(bg, isDefault: UInt8(VTERM_COLOR_DEFAULT_BG.rawValue), base: 40)
        return codes.isEmpty ? [] : Array("\u{1B}[0;\(codes.joined(separator: ";"))m".utf8)
    }

    private static func codes(_ color: VTermColor, isDefault: UInt8, base: Int) -> [String] {
        guard color.type & isDefault == 0 else { return [] }
        guard color.type & UInt8(VTERM_COLOR_INDEXED.rawValue) != 0 else {
            return ["\(base + 8)", "2", "\(color.rgb.red)", "\(color.rgb.green)", "\(color.rgb.blue)"]
        }
        switch Int(color.indexed.idx) {
        case let index where index < 8: return ["\(base + index)"]
        case let index where index < 16: return ["\(base + 60 + index - 8)"]
        case let index: return ["\(base + 8)", "5", "\(index)"]
        }
    }
}
