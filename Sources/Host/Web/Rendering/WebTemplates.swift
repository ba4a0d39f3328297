import Foundation
import Mustache

/// The pages' templates, `templates/*.mustache` of the console's files, by their names.
struct WebTemplates: Sendable {
    private let library: MustacheLibrary

    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    init(_ files: WebFiles) throws {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        var library = MustacheLibrary()
        for (path, data) in files.contents where path.hasPrefix("templates/") && path.hasSuffix(".mustache") {
            let name = String(path.dropFirst("templates/".count).dropLast(".mustache".count))
            // Each template begins with the escaping that it is to be rendered with; a partial would fall back to another.
            let text = "{{%CONTENT_TYPE:\(HTMLText.name)}}" + String(decoding: data, as: UTF8.self)
            do {
                try library.register(text, named: name)
            } catch {
                throw Unusable(description: "\(path): \(error)")
            }
        }
        self.library = library
    }

    /// - Parameter fields: what the template may name; values are escaped where it does.
    func render(_ name: String, _ fields: [String: Any]) throws -> String {
        guard let text = library.render(fields, withTemplate: name) else {
            throw Unusable(description: "there is no template \(name)")
        }
        return text
    }
}
