import Foundation
import Hummingbird
import Store
import Wire

/// A page that is being asked for: by whom, with what, and how it is answered.
struct WebVisit: Sendable {
    let request: Request
    let context: APIContext
    let visitor: Visitor
    let look: WebLook
    let clientAddress: String

    var caller: Caller { visitor.caller }

    func parameter(_ name: String) -> String { context.parameters.get(name)?.removingPercentEncoding ?? "" }

    /// Whether a page of another site led here. Nothing begins by itself then.
    var isFromElsewhere: Bool { request.isFromElsewhere }

    /// Nil for what was left empty: forms send every field.
    func query(_ name: String) -> String? {
        FormQuery(request.uri.query ?? "")[name].map { String($0.prefix(200)) }
    }

    /// - Parameters:
    ///   - template: also the name of the page's entry in the navigation, unless `section` says otherwise.
    ///   - script: the page's own module, below `scripts/`.
    func page(
        _ template: String,
        titled title: String,
        section: String? = nil,
        script: String? = nil,
        _ fields: [String: Any?]
    ) throws -> Response {
        // What is nil must not be there: a template would take an Optional in an Any for something.
        var fields = fields.compactMapValues { $0 }
        fields["shell"] = Shell(
            look: look,
            title: title,
            script: script,
            request: request,
            visitor: visitor,
            section: section ?? template
        )
        return try look.render(template, fields)
    }
}

extension Request {
    /// What browsers say of a navigation: `none` is an address that was typed, or kept.
    var isFromElsewhere: Bool {
        guard let site = headers[.secFetchSite] else { return false }
        return site != "same-origin" && site != "none"
    }
}

/// A page that says no; caught where pages are answered.
struct WebRefusal: Error {
    let status: HTTPResponse.Status
    let title: String
    let sentence: String

    static func notFound(_ sentence: String) -> WebRefusal {
        WebRefusal(status: .notFound, title: "Not found", sentence: sentence)
    }
}
