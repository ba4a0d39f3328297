import HTTPTypes
import Hummingbird
import Logging
import Store
import Wire

/// Finds a request's route, who asks, and whether they may; every answer that is no success is an APIError.
struct APIRouter: Sendable {
    let routes: [APIRoute]
    let authenticator: Authenticator
    let clientAddress: ClientAddress
    let refusals: AuditedRefusals
    let logger: Logger

    func makeRouter() -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: APIErrors(logger: logger))
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                try await answer(request, context, by: route)
            }
        }
        return router
    }

    private func answer(_ request: Request, _ context: APIContext, by route: APIRoute) async throws -> Response {
        let address = clientAddress.find(
            peer: context.isAdminSocket ? nil : context.channel.remoteAddress?.ipAddress,
            forwardedFor: request.headers[values: .xForwardedFor]
        )
        guard route.access != .open else {
            return try await route.handle(
                APICall(request: request, context: context, caller: nil, clientAddress: address)
            )
        }
        let subject = "\(route.method) \(route.path)"
        let caller: Caller
        switch try await identify(request, context, address) {
        case .caller(let found): caller = found
        case .unknown:
            // Who shows nothing at all has merely come to the wrong door.
            if request.headers[.authorization] != nil { try await refusals.deny(address, subject, "unknown_token") }
            throw APIFailure.unauthorized
        case .blocked:
            try await refusals.countBlocked(address)
            throw APIFailure.tooManyFailures
        }
        do { try authenticator.expectOwnPage(request.head, of: caller) } catch {
            try await refusals.deny(caller, subject, ["reason": error.error.code, "address": address])
            throw error
        }
        if let refusal = Self.refusal(route.access, caller) {
            try await refusals.deny(caller, subject, ["role": caller.role.rawValue, "address": address])
            throw refusal
        }
        return try await route.handle(
            APICall(request: request, context: context, caller: caller, clientAddress: address)
        )
    }

    private static func refusal(_ access: APIRoute.Access, _ caller: Caller) -> APIFailure? {
        switch access {
        case .open, .signedIn: nil
        case .reviewer: caller.role == .admin || caller.role == .compliance ? nil : .reviewersOnly
        case .admin: caller.role == .admin ? nil : .forbidden
        case .adminSocket: caller.proof == .adminSocket ? nil : .adminSocketOnly
        }
    }

    private func identify(
        _ request: Request,
        _ context: APIContext,
        _ address: String
    ) async throws -> Authenticator.Answer {
        guard context.isAdminSocket else {
            return try await authenticator.authenticate(
                authorization: request.headers[.authorization],
                cookie: LoginCookie.find(in: request.headers),
                source: address
            )
        }
        return try await authenticator.authenticate(try await PeerCredentials.read(from: context.channel))
    }
}

/// The outermost layer: nothing of a failure but its sentence leaves the server.
private struct APIErrors: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request,
        context: APIContext,
        next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let failure: APIFailure
        do {
            return try await next(request, context)
        } catch let error as APIFailure {
            failure = error
        } catch let error as SessionRefusal {
            failure = APIFailure(error)
        } catch let error as StoreError {
            failure = APIFailure(error)
            if failure.status.code >= 500 {
                logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
        } catch let error as HTTPError where error.status == .notFound {
            failure = .notFound("there is nothing at this address")
        } catch let error as HTTPError {
            failure = APIFailure(error.status, "invalid_request", error.body ?? error.status.reasonPhrase)
        } catch {
            logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            failure = .internal
        }
        var response = try Response.json(failure.error, status: failure.status)
        // Never a challenge for Basic: a browser would ask for a password itself, and send it along with everything.
        if failure.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if let seconds = failure.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
}
