import Hummingbird

/// Who looks at a page: somebody who signed in with this browser.
struct Visitor: Sendable {
    let caller: Caller
    /// What the page's changes have to carry, in `X-CSRF-Token`.
    let csrf: String

    var isAdmin: Bool { caller.role == .admin }
    /// Recordings show what others typed and saw.
    var mayPlay: Bool { caller.role == .admin || caller.role == .compliance }
}
