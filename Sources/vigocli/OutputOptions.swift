import ArgumentParser
import Foundation
import Operator
import Wire

/// How a listing is printed.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

    @Option(name: [.customLong("output"), .customShort("o")], help: "table or json.")
    var format = Format.table

    /// A listing: JSON as the server said it, or a table.
    func print<Item: Codable & Sendable>(
        _ items: [Item],
        _ header: [String],
        _ row: (Item) -> [String]
    ) throws {
        switch format {
        case .json: try printJSON(Items(items))
        case .table: Swift.print(Table(header, items.map(row)).text)
        }
    }

    /// One thing: JSON, or its fields below each other.
    func print<Item: Codable>(_ item: Item, fields: [(String, String)]) throws {
        switch format {
        case .json: try printJSON(item)
        case .table:
            let width = fields.map(\.0.count).max() ?? 0
            for (name, value) in fields {
                Swift.print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value)
            }
        }
    }

    private func printJSON(_ value: some Encodable) throws {
        Swift.print(String(decoding: try WireJSON.encode(value), as: UTF8.self))
    }
}
