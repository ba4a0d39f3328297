/// What somebody typed, for SQL's LIKE with `\` as its escape: a percent sign is one.
enum LikePattern {
    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
