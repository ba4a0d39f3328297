import HTTPTypes
import Store
import Trust
import Wire

/// A request that gets no success: status, code and sentence.
struct APIFailure: Error, Equatable {
    let status: HTTPResponse.Status
    let error: APIError
    /// Seconds, for `Retry-After`.
    let retryAfter: Int?

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.retryAfter = retryAfter
        // A sentence often quotes what was asked for.
        error = APIError(code: code, message: PrintableText.of(message, upTo: 900))
    }

    static func badRequest(_ message: String) -> APIFailure { APIFailure(.badRequest, "invalid_request", message) }
    static func notFound(_ message: String) -> APIFailure { APIFailure(.notFound, "not_found", message) }
    static func conflict(_ message: String) -> APIFailure { APIFailure(.conflict, "conflict", message) }

    static let unauthorized = APIFailure(
        .unauthorized,
        "unauthorized",
        "this needs a login or an API token: Authorization: Bearer vst_…"
    )
    static let wrongPassword = APIFailure(
        .unauthorized,
        "wrong_credentials",
        "the user name or the password is wrong"
    )
    static func slowedDown(seconds: Int) -> APIFailure {
        APIFailure(
            .tooManyRequests,
            "too_many_failures",
            "too many wrong passwords; try again in \(seconds) \(seconds == 1 ? "second" : "seconds")",
            retryAfter: seconds
        )
    }
    static let vaultUnavailable = APIFailure(
        .serviceUnavailable,
        "vault_unavailable",
        "passwords cannot be checked now, because the server's vault does not answer; API tokens work",
        retryAfter: 10
    )
    static let foreignPage = APIFailure(.forbidden, "foreign_page", "this was asked for by a page of another site")
    static let csrf = APIFailure(
        .forbidden,
        "csrf_token_needed",
        "a change that is asked for by cookie needs the header X-CSRF-Token, which GET /api/v1/login gives"
    )
    static let tooManyFailures = APIFailure(
        .tooManyRequests,
        "too_many_failures",
        "too many failed requests from this address; wait a minute"
    )
    static let forbidden = APIFailure(.forbidden, "forbidden", "this needs the role admin")
    static let adminSocketOnly = APIFailure(
        .forbidden,
        "admin_socket_only",
        "this is for root on the server's own machine, over its admin socket"
    )
    static func anotherAdministrator(_ name: String) -> APIFailure {
        APIFailure(
            .forbidden,
            "another_administrator",
            "an administrator's API token is made by that administrator, or by root on the server's own machine: ask \(name)"
        )
    }
    static let reviewersOnly = APIFailure(.forbidden, "forbidden", "this needs the role admin or compliance")
    static let `internal` = APIFailure(
        .internalServerError,
        "internal",
        "the server could not do this; its log says why"
    )
}

extension APIFailure {
    init(_ refusal: SessionRefusal) {
        let status: HTTPResponse.Status =
            switch refusal.code {
            case .disabled, .portNotAllowed, .notYours, .keyProofNeeded, .keyProofInvalid: .forbidden
            case .unknownEnvoy, .unknownSession: .notFound
            case .unknownProtocol, .noPublicKey, .invalidPublicKey, .invalidParameter: .badRequest
            case .envoyNotActive, .publicKeyTaken, .brokenPlugin: .conflict
            case .recordingUnavailable: .insufficientStorage
            case .tooManySessions: .tooManyRequests
            case .envoyUnreachable, .storeFailed, .stopping: .serviceUnavailable
            }
        self.init(status, refusal.code.rawValue, refusal.message)
    }

    init(_ error: StoreError) {
        switch error {
        case .conflict(let sentence): self = .conflict(sentence)
        case .notFound(let sentence): self = .notFound(sentence)
        case .illegalTransition(let sentence): self = .conflict(sentence)
        case .full: self.init(.insufficientStorage, "store_full", error.description)
        case .unusable, .failed: self = .internal
        }
    }
}

extension HTTPResponse.Status {
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
