import Foundation
import NIOCore

/// A file that browsers fetch and keep.
struct WebAsset: Sendable {
    let contentType: String
    let plain: ByteBuffer
    /// Nil where it would not be smaller.
    let gzipped: ByteBuffer?
    /// Quoted, as the header has it.
    let tag: String

    init(_ data: Data, contentType: String, digest: String) {
        self.contentType = contentType
        plain = ByteBuffer(bytes: data)
        let compressed = Gzip.compress(data)
        gzipped = compressed.flatMap { $0.count < data.count ? ByteBuffer(bytes: $0) : nil }
        tag = "\"\(digest)\""
    }

    /// Nil for what is not meant for browsers.
    static func contentType(of name: String) -> String? {
        switch (name as NSString).pathExtension {
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        default: name == "LICENSE" ? "text/plain; charset=utf-8" : nil
        }
    }
}
