/// `1.4 MB`, in steps of a thousand as networks and disks are sold.
enum ByteCount {
    static func text(_ bytes: Int) -> String {
        guard bytes >= 1000 else { return "\(bytes) B" }
        var value = Double(bytes)
        var unit = "B"
        for next in ["kB", "MB", "GB", "TB"] where value >= 999.5 {
            value /= 1000
            unit = next
        }
        let tenths = (value * 10).rounded() / 10
        return tenths < 100 ? "\(tenths) \(unit)" : "\(Int(value.rounded())) \(unit)"
    }
}
