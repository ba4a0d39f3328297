/// Why the server does not start: one sentence for the person at the terminal.
package struct StartError: Error, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
