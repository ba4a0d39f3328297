/// What this build calls itself; all programs of one build say the same.
package enum Release {
    package static let version = "0.1.0"
}
