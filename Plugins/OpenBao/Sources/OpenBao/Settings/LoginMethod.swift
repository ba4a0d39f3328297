/// How the plugin becomes somebody to the server. The credentials are the token, the secret id, or the password.
enum LoginMethod: Equatable {
    case token
    case appRole(roleID: String)
    case userPass(username: String)

    static let names = ["token", "approle", "userpass"]

    var name: String {
        switch self {
        case .token: "token"
        case .appRole: "approle"
        case .userPass: "userpass"
        }
    }

    /// What lies in the credentials file, for sentences.
    var credentials: String {
        switch self {
        case .token: "token"
        case .appRole: "secret id"
        case .userPass: "password"
        }
    }

    /// A token that ends cannot be replaced by us; the others log in anew.
    var canLogIn: Bool { self != .token }
}
