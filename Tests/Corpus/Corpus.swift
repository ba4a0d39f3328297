public import Foundation

/// The inputs that one parser of foreign bytes has to get along with: files of `Tests/Corpora/<parser>/`.
/// Those in `accepted` it reads; those in `refused` it refuses.
public struct Corpus {
    public struct Input {
        public let name: String
        public let bytes: [UInt8]
        public let isAccepted: Bool
    }

    public let parser: String
    public let inputs: [Input]

    /// `corpora` is the folder that holds the parser's; a plugin has its own.
    public init(_ parser: String, in corpora: URL = Corpus.ours) throws {
        self.parser = parser
        let directory = corpora.appending(path: parser)
        var inputs: [Input] = []
        for verdict in ["accepted", "refused"] {
            let folder = directory.appending(path: verdict)
            guard FileManager.default.fileExists(atPath: folder.path) else { continue }
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
                let bytes = try Data(contentsOf: folder.appending(path: name))
                inputs.append(
                    Input(name: "\(verdict)/\(name)", bytes: [UInt8](bytes), isAccepted: verdict == "accepted")
                )
            }
        }
        guard !inputs.isEmpty else { throw Missing(parser: parser) }
        self.inputs = inputs
    }

    public static let ours = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Corpora")

    struct Missing: Error, CustomStringConvertible {
        let parser: String
        var description: String { "there are no files in Corpora/\(parser)/accepted and refused" }
    }
}
