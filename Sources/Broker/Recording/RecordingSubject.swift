/// What a recording says about itself in its first line.
package struct RecordingSubject: Sendable, Equatable {
    package var title: String
    package var term: String
    package var columns: Int
    package var rows: Int
    /// Seconds since 1970.
    package var timestamp: Int

    package init(title: String, term: String, columns: Int, rows: Int, timestamp: Int) {
        self.title = title
        self.term = term
        self.columns = columns
        self.rows = rows
        self.timestamp = timestamp
    }
}
