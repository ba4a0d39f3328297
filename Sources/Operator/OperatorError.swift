/// A sentence for the operator, on why the command did not do what was asked.
package struct OperatorError: Error, Equatable, CustomStringConvertible {
    /// The server's code, or nil where the server was not reached.
    package var code: String?
    package var description: String

    package init(_ description: String, code: String? = nil) {
        self.description = description
        self.code = code
    }
}
