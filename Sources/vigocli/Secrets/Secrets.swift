import ArgumentParser

struct Secrets: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The vault: secrets at rest, and the passphrase in front of them.",
        discussion: """
            For root on the server. While vigosrv runs, the commands go through its admin socket; while it does not, the vault \
            is opened for the time of the command.

            EXAMPLES
              vigocli secrets init
              vigocli secrets unlock
              vigocli secrets set password vigo/web/auth/dan
              vigocli secrets set raw app/database --from-file password.txt
              vigocli secrets reveal app/database
            """,
        subcommands: [
            SecretsInit.self, SecretsGenerateCerts.self, SecretsUnlock.self, SecretsLock.self, SecretsRotate.self,
            SecretsReset.self, SecretsSet.self, SecretsReveal.self, SecretsDelete.self, SecretsList.self,
            SecretsExport.self, SecretsImport.self, SecretsVerify.self, SecretsRotateKey.self, SecretsStatus.self,
        ]
    )
}
