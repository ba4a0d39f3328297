import ArgumentParser
import Operator
import Wire

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
}

/// What every listing takes.
struct ListingOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .long], help: "As a table for people or as JSON for programs.")
    var output = OutputFormat.table

    /// Prints items: one row each, or a JSON array of what the server said.
    func show<Item: Encodable>(_ items: [Item], _ header: [String], none: String, row: (Item) -> [String]) throws {
        switch output {
        case .json: print(try Shown.json(items))
        case .table where items.isEmpty: print(none)
        case .table: print(Table(header, items.map(row)).text)
        }
    }

    /// Prints one thing: its facts line by line, or as JSON.
    func show(_ item: some Encodable, _ facts: [(String, String)]) throws {
        switch output {
        case .json: print(try Shown.json(item))
        case .table: print(Facts(facts).text)
        }
    }
}
