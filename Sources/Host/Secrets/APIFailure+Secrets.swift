import Broker
import HTTPTypes

extension APIFailure {
    /// A sentence of the vault's never holds a value.
    init(_ error: SecretsError) {
        let status: HTTPResponse.Status =
            switch error.code {
            case .notFound: .notFound
            case .denied: .forbidden
            case .sealed, .unavailable: .serviceUnavailable
            case .corrupt: .internalServerError
            case .tooLarge: .contentTooLarge
            case .conflict: .conflict
            case .invalid: .badRequest
            }
        self.init(status, error.code.rawValue, error.description)
    }
}
