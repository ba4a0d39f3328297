import Testing

@testable import Worker

@Suite struct ScreenFeedTests {
    private func feed(_ text: String, to screen: ScreenFeed, cut: Int = 65536) {
        feed(Array(text.utf8), to: screen, cut: cut)
    }

    private func feed(_ bytes: [UInt8], to screen: ScreenFeed, cut: Int = 65536) {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + cut)
            bytes[start..<end].withUnsafeBytes { screen.feed($0) }
            start = end
        }
    }

    private func rows(_ model: ScreenModel) -> [String] { (0..<model.rows).map { model.text(row: $0) } }

    /// A fresh terminal that was shown the picture.
    private func shown(_ picture: (columns: Int, rows: Int, bytes: [UInt8])) -> ScreenModel {
        let model = ScreenModel(columns: picture.columns, rows: picture.rows, keepsPushed: false)!
        model.write(picture.bytes)
        return model
    }

    @Test func `lines are told once, the one being typed when it is done`() {
        let screen = ScreenFeed(columns: 80, rows: 24, tellsText: true)!
        feed("$ ls\r\nfile one\r\nfile two\r\n$ ec", to: screen)
        screen.tick(at: 1)
        #expect(screen.takeTold(upTo: 1 << 20) == ["$ ls", "file one", "file two"])
        feed("ho marmot\r\nmarmot\r\n$ ", to: screen)
        screen.tick(at: 2)
        #expect(screen.takeTold(upTo: 1 << 20) == ["$ echo marmot", "marmot"])
        screen.tick(at: 3, isLast: true)
        #expect(screen.takeTold(upTo: 1 << 20) == ["$"])
    }

    @Test func `text is told as it stood on the screen, not as it was sent`() {
        let screen = ScreenFeed(columns: 40, rows: 10, tellsText: true)!
        feed(
            "\u{1B}[1;31mwar\u{1B}[0mning\r\nprogress 1%\rprogress 100%\r\n\u{1B}[5;10Hplaced\u{1B}[5;3Hx\u{1B}[8;1H",
            to: screen
        )
        screen.tick(at: 1)
        #expect(screen.takeTold(upTo: 1 << 20) == ["warning", "progress 100%", "  x      placed"])
    }

    @Test func `what was on the screen is found also when it is cleared or covered at once`() {
        let screen = ScreenFeed(columns: 40, rows: 10, tellsText: true)!
        feed(
            "before\r\n\u{1B}[?1049h\u{1B}[Hcovers\r\n\u{1B}[2J\u{1B}[Hsecond page\r\n\u{1B}[?1049lafter\r\n",
            to: screen
        )
        screen.tick(at: 1)
        let told = screen.takeTold(upTo: 1 << 20)
        for line in ["before", "covers", "after"] { #expect(told.contains(line), "\(line) in \(told)") }
    }

    @Test func `a flood leaves the model with the same screen as one that was fed it all`() {
        let screen = ScreenFeed(columns: 80, rows: 24, tellsText: true)!
        let text = (1...400_000).map { "line number \($0)\r\n" }.joined() + "\u{1B}[32mthe end"
        feed(text, to: screen, cut: 60_000)
        let direct = ScreenModel(columns: 80, rows: 24, keepsPushed: false)!
        direct.write(Array(text.utf8))
        let model = shown(screen.snapshot())
        #expect(rows(model) == rows(direct) && model.cursor == direct.cursor)
        screen.tick(at: 1, isLast: true)
        let told = screen.takeTold(upTo: 1 << 30)
        #expect(told.contains("line number 1") && told.contains("line number 400000") && told.contains("the end"))
        #expect(told.reduce(0) { $0 + $1.utf8.count } < 2 << 20, "a flood is not told whole")
    }

    @Test func `modes that were set within a flood hold afterwards`() {
        let screen = ScreenFeed(columns: 80, rows: 24, tellsText: false)!
        let flood = String(repeating: "some text\r\n", count: 40_000)
        feed(flood + "\u{1B}[?25l\u{1B}[?2004h\u{1B}[?1049h\u{1B}[2;5r" + flood + "\u{1B}[H", to: screen)
        let text = String(decoding: screen.snapshot().bytes, as: UTF8.self)
        for sequence in ["\u{1B}[?25l", "\u{1B}[?2004h", "\u{1B}[?1049h", "\u{1B}[2;5r"] {
            #expect(text.contains(sequence), "\(sequence.debugDescription)")
        }
    }

    @Test func `a picture and what follows it are as if one had been there from the beginning`() {
        var generator = SystemRandomNumberGenerator()
        let parts = [
            "plain ", "wörter", "日本", "\r\n", "\u{1B}[1m", "\u{1B}[38;5;200m", "\u{1B}[48;2;1;2;3m", "\u{1B}[0m",
            "\u{1B}[5;7H",
            "\u{1B}[K", "\u{1B}[3A", "\u{1B}[2;8r", "\u{1B}[r", "\u{1B}M", "\u{1B}[L", "\u{1B}[?1049h", "\u{1B}[?1049l",
            "\t", "\u{8}",
            "\u{1B}[?7l", "\u{1B}[?7h", "\u{1B}]0;title\u{7}", "e\u{301}", "\u{1B}[7m", "\u{1B}[4h", "\u{1B}[4l",
        ]
        for round in 0..<200 {
            let output = (0..<60).map { _ in parts.randomElement(using: &generator)! }.joined()
            let bytes = Array(output.utf8)
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            let screen = ScreenFeed(columns: 40, rows: 12, tellsText: false)!
            let direct = ScreenModel(columns: 40, rows: 12, keepsPushed: false)!
            feed(Array(bytes[..<cut]), to: screen, cut: 7)
            direct.write(Array(bytes[..<cut]))
            let model = shown(screen.snapshot())
            #expect(
                rows(model) == rows(direct),
                "round \(round): \(String(decoding: bytes[..<cut], as: UTF8.self).debugDescription)"
            )
            // A cursor that is about to wrap cannot be painted: it is made to go somewhere first.
            for next in [model, direct] { next.write(bytes[cut...] + Array("\u{1B}[?1049l".utf8)) }
        }
    }

    @Test func `hostile output is borne`() {
        var generator = SystemRandomNumberGenerator()
        let screen = ScreenFeed(columns: 80, rows: 24, tellsText: true)!
        let heads = [
            "\u{1B}[", "\u{1B}]", "\u{1B}P", "\u{1B}_", "\u{1B}[999999999;999999999", "\u{1B}[?1049",
            "\u{1B}[r\u{1B}[99999",
        ]
        for round in 0..<300 {
            var bytes = Array(heads.randomElement(using: &generator)!.utf8)
            for _ in 0..<Int.random(in: 0...3000, using: &generator) {
                bytes.append(.random(in: 0...255, using: &generator))
            }
            feed(bytes, to: screen)
            if round % 20 == 0 {
                screen.resize(columns: Int.random(in: -5...20_000), rows: Int.random(in: -5...20_000))
                _ = screen.snapshot()
                screen.tick(at: Double(round))
                for line in screen.takeTold(upTo: 1 << 20) {
                    #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
                }
            }
        }
    }

    @Test func `accents without end take no memory without end`() {
        let model = ScreenModel(columns: 80, rows: 24, keepsPushed: false)!
        model.write(Array("a".utf8))
        let accents = Array(String(repeating: "\u{301}", count: 1_000_000).utf8)
        for _ in 0..<8 { model.write(accents) }
        #expect(model.usedMemory < 64 << 20)
        model.write(Array("\u{1B}cafter".utf8))
        #expect(model.text(row: 0) == "after")
    }

    @Test func `a string without end in a flood does not end up on the screen`() {
        let screen = ScreenFeed(columns: 80, rows: 24, tellsText: true)!
        feed("before\r\n\u{1B}]52;c;" + String(repeating: "QUFB", count: 300_000), to: screen)
        screen.tick(at: 1)
        feed("QUFB\u{7}after\r\n", to: screen)
        screen.tick(at: 2)
        let told = screen.takeTold(upTo: 1 << 20)
        #expect(told.contains("before") && told.contains("after") && !told.contains { $0.contains("QUFB") }, "\(told)")
    }
}
