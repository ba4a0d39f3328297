/// A part of a file, as a Range header asks for it (RFC 9110 section 14).
struct ByteRange: Equatable {
    let first: Int
    let last: Int

    enum Answer: Equatable {
        case whole
        case part(ByteRange)
        case unsatisfiable
    }

    /// What cannot be understood, several parts among it, is answered with the whole.
    static func answer(_ header: String?, size: Int) -> Answer {
        guard let header, header.hasPrefix("bytes=") else { return .whole }
        let parts = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }) else { return .whole }
        switch (Int(parts[0]), Int(parts[1])) {
        case (let first?, let last) where parts[1].isEmpty || last != nil:
            guard first <= last ?? .max else { return .whole }
            guard first < size else { return .unsatisfiable }
            return .part(ByteRange(first: first, last: min(last ?? .max, size - 1)))
        case (nil, let count?) where parts[0].isEmpty:
            guard count > 0, size > 0 else { return .unsatisfiable }
            return .part(ByteRange(first: max(0, size - count), last: size - 1))
        default: return .whole
        }
    }

    var count: Int { last - first + 1 }
}
