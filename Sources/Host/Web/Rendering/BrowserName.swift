/// `Firefox on Linux`, of what a browser calls itself. A guess for people, and nothing that anybody relies on.
enum BrowserName {
    /// The first that is named counts: each pretends to be those below it.
    private static let browsers = [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
        ("curl/", "curl"), ("vigocli", "vigocli"),
    ]
    private static let systems = [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]

    static func of(_ client: String) -> String {
        let browser = browsers.first { client.contains($0.0) }?.1
        let system = systems.first { client.contains($0.0) }?.1
        guard let browser else { return client.isEmpty ? "unknown" : String(client.prefix(40)) }
        return system.map { "\(browser) on \($0)" } ?? browser
    }
}
