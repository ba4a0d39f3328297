import ArgumentParser

struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how a shell learns to complete vigocli's commands."
    )

    func run() {
        print(
            """
            bash   vigocli --generate-completion-script bash > ~/.local/share/bash-completion/completions/vigocli
            zsh    vigocli --generate-completion-script zsh  > ~/.zsh/completions/_vigocli     (a directory of $fpath)
            fish   vigocli --generate-completion-script fish > ~/.config/fish/completions/vigocli.fish
            """
        )
    }
}
