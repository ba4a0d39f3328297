import Foundation
import Glibc
package import Logging

/// One line an event on standard error: logfmt for people and grep, JSON for collectors.
package struct LogLine: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: ServerConfiguration.Log.Format
    private let write: @Sendable (String) -> Void

    package init(
        label: String,
        format: ServerConfiguration.Log.Format,
        level: Logger.Level,
        write: @escaping @Sendable (String) -> Void = LogLine.toStandardError
    ) {
        self.label = label
        self.format = format
        self.write = write
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.description) }
        let fields =
            [
                ("time", Self.now()), ("level", event.level.rawValue), ("from", label),
                ("msg", event.message.description),
            ] + all
        switch format {
        case .logfmt: write(fields.map { "\($0)=\(Self.quoted($1))" }.joined(separator: " ") + "\n")
        case .json: write("{" + fields.map { "\(Self.json($0)):\(Self.json($1))" }.joined(separator: ",") + "}\n")
        }
    }

    /// One write a line, so that lines of threads do not mix. A journal that is gone must not end the server.
    package static func toStandardError(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
                    && $0 != UInt8(ascii: "\\")
            }
        return isPlain ? text : json(text)
    }

    /// A JSON string; control characters escaped, so that nothing from outside can forge a line.
    static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func now() -> String {
        Date().formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true)) + "Z"
    }
}
