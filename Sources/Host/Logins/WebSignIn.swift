/// How people come in with a password: by it itself, or by a cookie that they got for it.
struct WebSignIn: Sendable {
    let passwords: BasicAuthProvider
    let logins: Logins
    let csrf: CSRFGuard
}
