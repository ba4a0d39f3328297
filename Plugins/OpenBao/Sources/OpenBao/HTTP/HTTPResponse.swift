/// What the server answered. The body may hold a secret.
struct HTTPResponse {
    var status: Int
    var body: WipedBytes
    /// How long the server asks us to wait before the next attempt.
    var retryAfter: Duration?

    var isSuccess: Bool { (200..<300).contains(status) }
}
