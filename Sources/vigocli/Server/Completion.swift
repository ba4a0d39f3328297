import ArgumentParser

/// The shells that ArgumentParser can write a script for.
enum KnownShell: String, ExpressibleByArgument, CaseIterable {
    case bash
    case zsh
    case fish

    var shell: CompletionShell {
        switch self {
        case .bash: .bash
        case .zsh: .zsh
        case .fish: .fish
        }
    }
}

struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a script by which a shell completes vigocli's commands.",
        discussion: """
            The script goes to stdout. Without a shell, this says where each one looks for it.

            EXAMPLES
              vigocli completion bash > ~/.local/share/bash-completion/completions/vigocli
              vigocli completion fish > ~/.config/fish/completions/vigocli.fish
            """
    )

    @Argument(help: "Your shell.")
    var shell: KnownShell?

    func run() {
        guard let shell else { return print(Self.places) }
        print(Vigocli.completionScript(for: shell.shell))
    }

    private static let places = """
        bash   vigocli completion bash > ~/.local/share/bash-completion/completions/vigocli
        zsh    vigocli completion zsh  > ~/.zsh/completions/_vigocli     (a directory of $fpath)
        fish   vigocli completion fish > ~/.config/fish/completions/vigocli.fish
        """
}
