/// A line that stood on the screen of a recorded session.
package struct ScreenLine: Sendable, Equatable {
    /// Since the recording's beginning.
    package var milliseconds: Int
    package var text: String

    package init(milliseconds: Int, text: String) {
        self.milliseconds = milliseconds
        self.text = text
    }
}
