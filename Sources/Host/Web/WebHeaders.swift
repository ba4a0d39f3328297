import HTTPTypes
import Hummingbird

/// What every answer of the console tells the browser not to do.
struct WebHeaders: Sendable {
    /// Whether browsers are told never to come without TLS again: only where the certificate is one that was given to the server.
    /// With the server's own, HSTS would take away the way past the warning.
    let isStrictTransport: Bool

    /// Scripts and styles come from files of this server alone: a name on a page that somebody managed to fill with markup stays text.
    /// Pages that replace parts of themselves do so through one Trusted Types policy.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'", "trusted-types vigo",
    ].joined(separator: "; ")

    var ofAssets: HTTPFields {
        var fields: HTTPFields = [:]
        fields[.xContentTypeOptions] = "nosniff"
        fields[.crossOriginResourcePolicy] = "same-origin"
        fields[.referrerPolicy] = "no-referrer"
        if isStrictTransport { fields[.strictTransportSecurity] = "max-age=31536000" }
        return fields
    }

    var ofPages: HTTPFields {
        var fields = ofAssets
        fields[.contentType] = "text/html; charset=utf-8"
        fields[.cacheControl] = "no-store"
        fields[.contentSecurityPolicy] = Self.contentSecurityPolicy
        fields[.crossOriginOpenerPolicy] = "same-origin"
        fields[.permissionsPolicy] =
            "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), serial=(), midi=(), "
            + "clipboard-read=(self), clipboard-write=(self), fullscreen=(self)"
        fields[.xFrameOptions] = "DENY"
        return fields
    }
}

extension HTTPField.Name {
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let xFrameOptions = HTTPField.Name("X-Frame-Options")!
}
