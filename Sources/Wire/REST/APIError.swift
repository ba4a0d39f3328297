/// Every answer that is not a success: a code for programs, a sentence for people.
package struct APIError: Codable, Sendable, Equatable, Error, CustomStringConvertible {
    package struct Body: Codable, Sendable, Equatable {
        package var code: String
        package var message: String
    }

    package var error: Body

    package init(code: String, message: String) { error = Body(code: code, message: message) }

    package var code: String { error.code }
    package var message: String { error.message }
    package var description: String { error.message }
}

/// A listing.
package struct Items<Item: Codable & Sendable>: Codable, Sendable {
    package var items: [Item]

    package init(_ items: [Item]) { self.items = items }
}
