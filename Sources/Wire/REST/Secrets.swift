/// `GET /api/v1/secrets/status`.
package struct SecretsReport: Codable, Sendable, Equatable {
    /// `open`, `sealed` or `unavailable`.
    package var state: String
    /// The plugin's id.
    package var backend: String
    /// A sentence where the state is not `open`.
    package var explanation: String?
    /// Grows with every change that the backend knows of.
    package var epoch: UInt64
    /// The secrets directory, by which a client knows whose vault this is.
    package var directory: String

    package init(state: String, backend: String, explanation: String? = nil, epoch: UInt64, directory: String) {
        self.state = state
        self.backend = backend
        self.explanation = explanation
        self.epoch = epoch
        self.directory = directory
    }
}

/// One of `GET /api/v1/secrets`. Never a value.
package struct SecretName: Codable, Sendable, Equatable {
    package var key: String

    package init(key: String) { self.key = key }
}

/// One of `POST /api/v1/secrets/verify`.
package struct SecretProblem: Codable, Sendable, Equatable {
    /// A key, or a file below the secrets directory.
    package var name: String
    package var problem: String

    package init(name: String, problem: String) {
        self.name = name
        self.problem = problem
    }
}

/// `POST /api/v1/secrets/reseal`.
package struct SecretsResealed: Codable, Sendable, Equatable {
    package var resealed: Int

    package init(resealed: Int) { self.resealed = resealed }
}

/// `POST /api/v1/secrets/export`: whose values are asked for. The answer is `SecretValues`, as many of the first as fit.
package struct SecretsExport: Codable, Sendable, Equatable {
    package var keys: [String]

    /// In one request.
    package static let most = 100

    package init(keys: [String]) { self.keys = keys }
}
