import Foundation

/// Markdown, as docs/performance.md shows it; printed section by section, so that what was measured is not lost with
/// what fails later.
struct Report {
    func environment() {
        let processors = ProcessInfo.processInfo.activeProcessorCount
        show("\(processors) processors, \(ProcessInfo.processInfo.operatingSystemVersionString), all on loopback.\n")
    }

    func section(_ title: String, _ header: [String], _ rows: [[String]], notes: [String] = []) {
        var text = "\n### \(title)\n\n| " + header.joined(separator: " | ") + " |\n|"
        text += String(repeating: " --- |", count: header.count) + "\n"
        for row in rows { text += "| " + row.joined(separator: " | ") + " |\n" }
        if !notes.isEmpty { text += "\n" + notes.joined(separator: "\n") + "\n" }
        show(text)
    }

    private func show(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}

extension [Double] {
    /// The value below which the share `fraction` of the samples lies.
    func percentile(_ fraction: Double) -> Double {
        let sorted = sorted()
        guard !sorted.isEmpty else { return .nan }
        return sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
    }
}

func format(_ value: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }
