/// `https://host[:port]`, as given to `vigo register --server`.
struct ServerURL: Equatable, Sendable {
    let address: ServerAddress
    let text: String

    init(parsing text: String) throws(RegistrationError) {
        let scheme = "https://"
        guard text.lowercased().hasPrefix(scheme) else { throw .url(text) }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        guard rest.dropFirst(authority.count).allSatisfy({ $0 == "/" }),
            let address = ServerAddress(parsing: String(authority), defaultPort: 443)
        else { throw .url(text) }
        self.address = address
        self.text = scheme + authority
    }
}
