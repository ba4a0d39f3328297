import HTTPTypes
import Hummingbird
import Logging
import Wire

/// The pages for people: finds out whose browser it is, whether they may look, and answers with a page whatever happens.
struct WebConsole: Sendable {
    let look: WebLook
    let pages: [WebPage]
    let visitors: any VisitorFinder
    let clientAddress: ClientAddress
    let refusals: AuditedRefusals
    let logger: Logger

    func mount(on router: Router<APIContext>) {
        let assets = AssetRoute(assets: look.assets, headers: look.headers)
        router.get("/assets/**") { request, _ in try assets.answer(request) }
        router.get("/") { _, _ in Self.redirect(to: "/envoys") }
        router.get("/login") { request, context in try await signIn(request, context) }
        for page in pages {
            router.get(RouterPath(page.path)) { request, context in try await answer(request, context, by: page) }
        }
        router.get("/**") { request, context in try await nothing(request, context) }
    }

    private func answer(_ request: Request, _ context: APIContext, by page: WebPage) async throws -> Response {
        let visitor: Visitor
        switch try await find(request, context) {
        case .visitor(let found): visitor = found
        case .nobody:
            let next = LocalPath(request.uri.string).map { "?next=\($0.encoded)" } ?? ""
            return Self.redirect(to: "/login\(next)")
        case .blocked:
            let sentence = APIFailure.tooManyFailures.error.message
            let refusal = WebRefusal(status: .tooManyRequests, title: "Please wait", sentence: sentence)
            return try look.refusal(refusal, request, nil)
        }
        do {
            guard page.access.allows(visitor.caller.role) else {
                try await recordDenial(request, context, visitor)
                throw WebRefusal(
                    status: .forbidden,
                    title: "Not for your role",
                    sentence:
                        "You are signed in as \(visitor.caller.name), whose role is \(visitor.caller.role.rawValue)."
                        + " This page is for other roles; an administrator can change yours."
                )
            }
            return try await page.answer(
                WebVisit(
                    request: request,
                    context: context,
                    visitor: visitor,
                    look: look,
                    clientAddress: address(request, context)
                )
            )
        } catch {
            return try look.refusal(refusal(for: error, request), request, visitor)
        }
    }

    private func refusal(for error: any Error, _ request: Request) -> WebRefusal {
        switch error {
        case let refusal as WebRefusal: return refusal
        case let refusal as RouteRefusal where refusal.status == 404: return .notFound(refusal.error.message)
        case let failure as APIFailure where failure.status == .notFound: return .notFound(failure.error.message)
        default:
            logger.error("page failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return WebRefusal(
                status: .internalServerError,
                title: "Something went wrong",
                sentence: APIFailure.internal.error.message
            )
        }
    }

    private func find(_ request: Request, _ context: APIContext) async throws -> VisitorAnswer {
        try await visitors.find(request, from: address(request, context))
    }

    private func address(_ request: Request, _ context: APIContext) -> String {
        clientAddress.find(
            peer: context.channel.remoteAddress?.ipAddress,
            forwardedFor: request.headers[values: .xForwardedFor]
        )
    }

    private func recordDenial(_ request: Request, _ context: APIContext, _ visitor: Visitor) async throws {
        let subject = "GET \(request.uri.path.prefix(200))"
        try await refusals.deny(visitor.caller, subject, ["role": visitor.caller.role.rawValue])
    }

    /// Whoever is signed in already goes on to where they wanted.
    private func signIn(_ request: Request, _ context: APIContext) async throws -> Response {
        let next = request.uri.queryParameters["next"].flatMap { LocalPath(String($0)) }
        if case .visitor = try await find(request, context) {
            return Self.redirect(to: next?.description ?? "/envoys")
        }
        let shell = Shell(look: look, title: "Sign in", script: "login.js", request: request, visitor: nil)
        return try look.render(
            "login",
            ["shell": shell, "next": next?.description ?? "/envoys", "isFromElsewhere": request.isFromElsewhere]
        )
    }

    private func nothing(_ request: Request, _ context: APIContext) async throws -> Response {
        let path = request.uri.path
        // Programs get their answer in the form that they are used to.
        let isForProgram = ["/api/", "/ws/", "/assets/"].contains { path.hasPrefix($0) }
        guard !isForProgram, request.headers[.accept]?.contains("text/html") == true else {
            throw APIFailure.notFound("there is nothing at this address")
        }
        guard case .visitor(let visitor) = try await find(request, context) else { return Self.redirect(to: "/login") }
        return try look.refusal(.notFound("There is no page at this address."), request, visitor)
    }

    private static func redirect(to path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
    }
}

extension WebConsole {
    enum VisitorAnswer: Sendable {
        case visitor(Visitor)
        case nobody
        case blocked
    }

    /// Tells whose browser sends a request.
    protocol VisitorFinder: Sendable {
        func find(_ request: Request, from address: String) async throws -> VisitorAnswer
    }
}
