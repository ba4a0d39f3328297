/// What the command line asks for.
struct BenchmarkOptions {
    enum Part: String, CaseIterable { case secrets, recording, browser }

    static let usage = """
        usage: scrier-bench [--quick] [--secrets | --recording | --browser]

          --quick      fewer rounds: about one minute in place of five
          --secrets    the vault alone
          --recording  what recording costs, alone
          --browser    the web console alone

        """

    var isQuick = false
    /// Nil for everything.
    var part: Part?

    /// Nil for what is no option.
    init?(_ arguments: some Sequence<String>) {
        for argument in arguments {
            if argument == "--quick" {
                isQuick = true
            } else if argument.hasPrefix("--"), let part = Part(rawValue: String(argument.dropFirst(2))),
                self.part == nil
            {
                self.part = part
            } else {
                return nil
            }
        }
    }

    func isWanted(_ part: Part) -> Bool { self.part == nil || self.part == part }
}
