import Testing

/// Tests that start an sshd, one after the other: some of them measure.
@Suite(.serialized, .enabled(if: TestServer.isInstalled, "sshd is not installed (Debian: openssh-server)"))
struct WithSSHD {}
