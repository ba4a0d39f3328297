import Foundation
import Store

/// `?user=&envoy=&before=&limit=` of a listing.
enum RecordingFilterQuery {
    static let usualLimit = 100
    static let largestLimit = 1000

    static func read(_ call: APICall) throws(APIFailure) -> Store.RecordingFilter {
        var filter = Store.RecordingFilter()
        filter.user = try text("user", call)
        filter.envoy = try text("envoy", call)
        filter.limit = usualLimit
        if let limit = try text("limit", call) {
            guard let number = Int(limit), (1...largestLimit).contains(number) else {
                throw .badRequest("limit: expected a number from 1 to \(largestLimit)")
            }
            filter.limit = number
        }
        if let before = try text("before", call) {
            let dates = [true, false].compactMap {
                try? Date(before, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: $0))
            }
            guard let date = dates.first else {
                throw .badRequest("before: expected a date such as 2026-05-05T13:03:00Z")
            }
            filter.before = date
        }
        return filter
    }

    /// Empty is the same as not given.
    static func text(_ name: String, _ call: APICall) throws(APIFailure) -> String? {
        guard let value = call.query(name), !value.isEmpty else { return nil }
        guard value.utf8.count <= 300 else { throw .badRequest("\(name): expected at most 300 bytes") }
        return value.removingPercentEncoding ?? value
    }
}
