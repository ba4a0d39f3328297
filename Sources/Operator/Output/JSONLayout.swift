/// Puts compact JSON on lines of its own; characters that could steer a terminal become escapes.
enum JSONLayout {
    static func indented(_ compact: String) -> String {
        var layout = Layout()
        for scalar in compact.unicodeScalars { layout.take(scalar) }
        return layout.text
    }

    private struct Layout {
        var text = ""
        private var depth = 0
        private var isInString = false
        private var isEscaped = false
        /// An opening bracket after which nothing has come yet.
        private var isFresh = false

        mutating func take(_ scalar: Unicode.Scalar) {
            if isInString { return takeInString(scalar) }
            switch scalar {
            case "}", "]":
                depth -= 1
                if isFresh { isFresh = false } else { newLine() }
                text.unicodeScalars.append(scalar)
            case "{", "[":
                startIfFresh()
                text.unicodeScalars.append(scalar)
                depth += 1
                isFresh = true
            case ",":
                text += ","
                newLine()
            case ":": text += ": "
            default:
                startIfFresh()
                isInString = scalar == "\""
                text.unicodeScalars.append(scalar)
            }
        }

        private mutating func takeInString(_ scalar: Unicode.Scalar) {
            if (0x7f..<0xa0).contains(scalar.value) || (0x2028...0x202e).contains(scalar.value) {
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                return
            }
            text.unicodeScalars.append(scalar)
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                isInString = false
            }
        }

        private mutating func startIfFresh() {
            guard isFresh else { return }
            isFresh = false
            newLine()
        }

        private mutating func newLine() { text += "\n" + String(repeating: "  ", count: depth) }
    }
}
