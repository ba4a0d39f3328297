/// What is known of one directory.
struct Folder {
    /// Nil: it must be looked at, because the vault itself changed it or it was changed too lately to be sure.
    var stamp: Stamp?
    /// By their segment. Nil: not looked at yet.
    var files: [String: Stamp?] = [:]
    /// By their name.
    var folders: Set<String> = []
}
