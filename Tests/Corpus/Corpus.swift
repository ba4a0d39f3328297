import Foundation

/// The inputs that one parser of foreign bytes has to get along with: files of `Tests/Corpora/<parser>/`.
/// Those in `accepted` it reads; those in `refused` it refuses.
package struct Corpus {
    package struct Input {
        package let name: String
        package let bytes: [UInt8]
        package let isAccepted: Bool
    }

    package let parser: String
    package let inputs: [Input]

    package init(_ parser: String) throws {
        self.parser = parser
        let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Corpora/\(parser)")
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

    struct Missing: Error, CustomStringConvertible {
        let parser: String
        var description: String { "there are no files in Tests/Corpora/\(parser)/accepted and refused" }
    }
}
