import Hummingbird
import Wire

/// What is around every page: its head, the navigation, who is signed in.
struct Shell {
    struct Link {
        let path: String
        let label: String
        let icon: String
        let isHere: Bool
        /// What follows `g` on the keyboard.
        let key: String
    }

    let assets: String
    let title: String
    /// `light` or `dark`; nil for what the system says.
    let theme: String?
    let script: String?
    let preloads: [String]
    let version: String
    let visitor: Person?
    let links: [Link]

    struct Person {
        let name: String
        let role: String
        let initial: String
        let csrf: String
        let isAdmin: Bool
        let mayPlay: Bool
    }

    init(
        look: WebLook,
        title: String,
        script: String?,
        request: Request,
        visitor: Visitor?,
        section: String = ""
    ) {
        assets = look.assets.root
        self.title = title
        let chosen = request.cookies["vigo-theme"]?.value ?? ""
        theme = ["light", "dark"].contains(chosen) ? chosen : nil
        self.script = script
        let modules = [visitor == nil ? nil : "console.js", script].compactMap { $0.map { "scripts/\($0)" } }
        var preloads: [String] = []
        for path in modules.flatMap({ look.assets.modules(behind: $0) }) where !preloads.contains(path) {
            preloads.append(path)
        }
        self.preloads = preloads
        version = Release.version
        self.visitor = visitor.map {
            Person(
                name: $0.caller.name,
                role: $0.caller.role.rawValue,
                initial: $0.caller.name.prefix(1).uppercased(),
                csrf: $0.csrf,
                isAdmin: $0.isAdmin,
                mayPlay: $0.mayPlay
            )
        }
        links = visitor.map { Self.links(for: $0, section) } ?? []
    }

    private static func links(for visitor: Visitor, _ section: String) -> [Link] {
        let all: [(name: String, label: String, key: String, isShown: Bool)] = [
            ("envoys", "Envoys", "e", true), ("sessions", "Sessions", "s", true),
            ("recordings", "Recordings", "r", visitor.mayPlay), ("users", "Users", "u", visitor.isAdmin),
            ("tokens", "Tokens", "t", true), ("plugins", "Plugins", "p", true), ("audit", "Audit log", "a", true),
        ]
        return all.filter(\.isShown).map {
            Link(
                path: "/\($0.name)",
                label: $0.label,
                icon: "icons/\($0.name)",
                isHere: $0.name == section,
                key: $0.key
            )
        }
    }
}
