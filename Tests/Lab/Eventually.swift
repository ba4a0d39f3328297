import Foundation

package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

/// Waits until `condition` holds. The limit is generous: it only ends a test that has failed.
package func eventually(
    _ what: String,
    within limit: Duration = .seconds(20),
    else state: () -> String = { "" },
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw NeverHappened(description: "no \(what) within \(limit): \(state())")
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}
