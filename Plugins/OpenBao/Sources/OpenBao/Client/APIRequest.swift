/// A request of the HTTP API, as those who make it see it.
struct APIRequest {
    enum Credential {
        case none
        /// That of the login, and after a new login the new one.
        case current
        case this(Token)
    }

    /// Answers about keys and tokens; values and lists say their own.
    static let usualAnswer = 1 << 20

    var method = HTTPRequest.Method.get
    /// Behind `/v1/`.
    var path: String
    var query = ""
    var body: WipedBytes?
    var credential = Credential.current
    var largestAnswer = usualAnswer
    /// False where a second one could undo what happened between the two.
    var isRepeatable = true
    /// The policy's word for it, for the sentence that says it is missing.
    var capability = "read"
}
