package import Trust

/// What a web user's password must have.
package enum PasswordRules {
    package static let shortest = 12
    private static let longest = 1024

    /// What is missing, in words; empty for a good one.
    package static func missing(in password: Secret) -> [String] {
        password.withBytes { bytes in
            var (count, hasUpper, hasLower, hasDigit, hasSpecial) = (0, false, false, false, false)
            var decoder = UTF8()
            var iterator = bytes.makeIterator()
            scan: while true {
                switch decoder.decode(&iterator) {
                case .emptyInput: break scan
                case .error: return ["nothing but characters (it is not UTF-8)"]
                case .scalarValue(let scalar):
                    count += 1
                    let properties = scalar.properties
                    if properties.generalCategory == .control {
                        return ["no control characters, such as those of arrow keys"]
                    }
                    switch properties.generalCategory {
                    case .uppercaseLetter, .titlecaseLetter: hasUpper = true
                    case .lowercaseLetter: hasLower = true
                    case .decimalNumber: hasDigit = true
                    case .modifierLetter, .otherLetter, .letterNumber, .otherNumber, .nonspacingMark, .spacingMark,
                        .enclosingMark:
                        break
                    default: hasSpecial = true
                    }
                }
            }
            guard bytes.count <= longest else { return ["at most \(longest) bytes"] }
            var missing: [String] = []
            if count < shortest { missing.append("at least \(shortest) characters (it has \(count))") }
            if !hasUpper { missing.append("an upper-case letter") }
            if !hasLower { missing.append("a lower-case letter") }
            if !hasDigit { missing.append("a digit") }
            if !hasSpecial { missing.append("a special character, such as ! or -") }
            return missing
        }
    }

    package static func check(_ password: Secret) throws(OperatorError) {
        let missing = missing(in: password)
        guard !missing.isEmpty else { return }
        let list =
            missing.count == 1 ? missing[0] : missing.dropLast().joined(separator: ", ") + " and " + missing.last!
        throw OperatorError(
            "the password is not good enough; it needs \(list). Nothing was stored",
            code: "weak_password"
        )
    }
}
