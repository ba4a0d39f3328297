/// Facts about one thing, one a line.
package struct Facts {
    private let facts: [(name: String, value: String)]

    package init(_ facts: [(String, String)]) { self.facts = facts.map { ($0.0, $0.1) } }

    package var text: String {
        let width = facts.map(\.name.count).max() ?? 0
        return facts.map { fact in
            fact.name + ":" + String(repeating: " ", count: width - fact.name.count + 2) + fact.value
        }.joined(separator: "\n")
    }
}
