import Hummingbird
import NIOCore

/// How the console looks: its templates and static files, and what browsers are told about them.
struct WebLook: Sendable {
    let assets: WebAssets
    let templates: WebTemplates
    let headers: WebHeaders

    init(_ files: WebFiles, headers: WebHeaders) throws {
        assets = WebAssets(files)
        templates = try WebTemplates(files)
        self.headers = headers
    }

    func render(_ template: String, _ fields: [String: Any], status: HTTPResponse.Status = .ok) throws -> Response {
        let page = try templates.render(template, fields)
        return Response(
            status: status,
            headers: headers.ofPages,
            body: ResponseBody(byteBuffer: ByteBuffer(string: page))
        )
    }

    /// A page that is one sentence.
    func refusal(_ refusal: WebRefusal, _ request: Request, _ visitor: Visitor?) throws -> Response {
        let shell = Shell(look: self, title: refusal.title, script: nil, request: request, visitor: visitor)
        return try render(
            "refusal",
            [
                "shell": shell, "code": refusal.status.code, "heading": refusal.title, "sentence": refusal.sentence,
                "isNotFound": refusal.status == .notFound,
            ],
            status: refusal.status
        )
    }
}
