/// One request, without what the connection adds to each.
struct HTTPRequest {
    enum Method: String { case get = "GET", post = "POST", delete = "DELETE" }

    var method: Method
    /// From the slash on, query included; nothing in it needs escaping.
    var path: String
    var token: WipedBytes?
    var body: WipedBytes?
    /// Bytes of the answer's body; a longer one is an error.
    var largestAnswer: Int
    var timeout: Duration

    /// As HTTP/1.1 (RFC 9112) has it.
    func encoded(for address: ServerAddress, namespace: String?) -> WipedBytes {
        let bytes = WipedBytes(capacity: 1024 + (body?.count ?? 0))
        bytes.append("\(method.rawValue) \(path) HTTP/1.1\r\nHost: \(address.host):\(address.port)\r\n")
        bytes.append("User-Agent: vigo-scrier\r\nAccept: application/json\r\nX-Vault-Request: true\r\n")
        if let namespace { bytes.append("X-Vault-Namespace: \(namespace)/\r\n") }
        if let token {
            bytes.append("X-Vault-Token: ")
            bytes.append(token)
            bytes.append("\r\n")
        }
        if let body { bytes.append("Content-Type: application/json\r\nContent-Length: \(body.count)\r\n") }
        bytes.append("\r\n")
        if let body { bytes.append(body) }
        return bytes
    }
}
