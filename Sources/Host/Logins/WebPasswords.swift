import Broker
import Trust

/// The passwords of web users, which lie in the vault and are read anew for every question.
struct WebPasswords: Sendable {
    let vault: PatientVault
    let marks: PasswordMark.Maker

    init(vault: PatientVault, marks: PasswordMark.Maker = PasswordMark.Maker()) {
        self.vault = vault
        self.marks = marks
    }

    /// Nil for somebody who has none, and for names that no user can have: they are asked for all the same.
    func mark(of username: String) async throws(SecretsError) -> PasswordMark? {
        do {
            let password = try await vault.get(WebPasswordKey.of(username))
            return password.count == 0 || !UserRoutes.isUsername(username) ? nil : marks.mark(password)
        } catch  where error.code == .notFound {
            return nil
        }
    }
}
