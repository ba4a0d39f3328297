import Foundation

extension Corpus {
    /// Gives `parse` every file and, from each, mutations that are the same in every run, and returns what it did that no
    /// parser of foreign bytes may do; empty when all is well. A crash needs no words.
    ///
    /// `parse` reads the bytes and writes out again what it understood, or throws. Then:
    /// - a file of `accepted` is read, one of `refused` is refused;
    /// - what was written out is understood as the same thing: it is written out alike once more;
    /// - an error is a sentence: not empty, not longer than a person reads, nothing in it that a terminal obeys;
    /// - memory stays bounded, whatever lengths and counts the bytes claim.
    public func complaints(mutations: Int = 4000, parse: ([UInt8]) async throws -> [UInt8]) async -> [String] {
        var complaints: [String] = []
        let memory = PeakMemory()
        for input in inputs {
            switch await outcome(of: input.bytes, parse) {
            case .read where !input.isAccepted: complaints.append("\(input.name) was accepted")
            case .refused(let sentence) where input.isAccepted:
                complaints.append("\(input.name) was refused: \(sentence.prefix(200))")
            case .wrong(let problem): complaints.append("\(input.name): \(problem)")
            default: break
            }
        }
        var mutator = Mutator(inputs.map(\.bytes), seed: parser)
        for number in 0..<mutations where complaints.count < 10 {
            let bytes = mutator.next()
            if case .wrong(let problem) = await outcome(of: bytes, parse) {
                // A long one can be had again: mutations are the same in every run.
                let text = bytes.count > 600 ? "" : "; base64: \(Data(bytes).base64EncodedString())"
                complaints.append("mutation \(number): \(problem)\(text)")
            }
        }
        if let growth = memory.growth, growth > Self.memoryLimit {
            complaints.append("\(growth >> 20) MiB of memory were in use at once")
        }
        return complaints
    }

    /// The inputs are a few kilobytes; the rest is what a debug build and its allocator leave lying about.
    private static let memoryLimit = 64 << 20
    private static let longestSentence = 1000

    private enum Outcome {
        case read
        case refused(String)
        case wrong(String)
    }

    private func outcome(of bytes: [UInt8], _ parse: ([UInt8]) async throws -> [UInt8]) async -> Outcome {
        let first: [UInt8]
        do { first = try await parse(bytes) } catch {
            let sentence = "\(error)"
            guard let problem = Self.problem(in: sentence) else { return .refused(sentence) }
            return .wrong("the error \(sentence.prefix(200).debugDescription) \(problem)")
        }
        do {
            let second = try await parse(first)
            guard second == first else {
                return .wrong("\(Self.shown(first)) was written, and read as \(Self.shown(second))")
            }
            return .read
        } catch {
            return .wrong("\(Self.shown(first)) was written, and then refused: \(error)")
        }
    }

    private static func problem(in sentence: String) -> String? {
        guard !sentence.isEmpty else { return "is empty" }
        let length = sentence.unicodeScalars.count
        guard length <= longestSentence else { return "is \(length) long" }
        let isObeyed = { (scalar: Unicode.Scalar) in
            scalar.properties.generalCategory == .control && scalar != "\n" || (0x202a...0x202e).contains(scalar.value)
        }
        return sentence.unicodeScalars.contains(where: isObeyed) ? "has control characters" : nil
    }

    private static func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(200), as: UTF8.self).debugDescription
    }
}
