/// The requests that a login is made of.
enum LoginRequests {
    static func look(_ token: Token) -> APIRequest {
        APIRequest(path: "auth/token/lookup-self", credential: .this(token))
    }

    static func renew(_ token: Token) -> APIRequest {
        APIRequest(method: .post, path: "auth/token/renew-self", body: WipedBytes("{}"), credential: .this(token))
    }

    static func revoke(_ token: Token) -> APIRequest {
        APIRequest(method: .post, path: "auth/token/revoke-self", body: WipedBytes("{}"), credential: .this(token))
    }

    static func mount(_ mount: String, _ token: Token) -> APIRequest {
        APIRequest(path: "sys/internal/ui/mounts/\(mount)", credential: .this(token))
    }

    static func login(_ settings: Settings, _ credentials: WipedBytes) -> APIRequest {
        let body = WipedBytes(capacity: 256)
        var path = "auth/\(settings.authMount)/login"
        switch settings.method {
        case .token: break
        case .appRole(let roleID):
            body.append("{\"role_id\":")
            JSONString.append(WipedBytes(roleID), to: body)
            body.append(",\"secret_id\":")
        case .userPass(let username):
            path += "/\(username)"
            body.append("{\"password\":")
        }
        JSONString.append(credentials, to: body)
        body.append("}")
        return APIRequest(method: .post, path: path, body: body, credential: .none)
    }
}

extension JSONString {
    static func append(_ text: WipedBytes, to target: WipedBytes) { text.withBytes { append($0, to: target) } }
}
