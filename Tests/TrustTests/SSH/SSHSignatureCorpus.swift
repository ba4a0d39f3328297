import Foundation

/// Signatures over `message` by keys of every kind, made by OpenSSH 9.2: what mutations start from.
enum SSHSignatureCorpus {
    static let message = Array("vigo-scrier-connect\nchallenge c\ncredential t\n".utf8)

    static let signatures = [
        """
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgSm6RnDZ8dVueHc2Hw5kfZknYuQ1fgkIalxvX/eSiyyEAAAATdmln\
        by1zY3JpZXItY29ubmVjdAAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUxOQAAAECjfzRLi2Wx4LeguCtQPYRzSigi\
        yKZJRTdKLbSc9ulhbtXfa4eXS4c2bdQYjRMqfHko5V/bUp9Xuiuf4t/I0FUK
        """,
        """
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgSm6RnDZ8dVueHc2Hw5kfZknYuQ1fgkIalxvX/eSiyyEAAAATdmln\
        by1zY3JpZXItY29ubmVjdAAAAAAAAAAGc2hhMjU2AAAAUwAAAAtzc2gtZWQyNTUxOQAAAEBz00Su6HTJRlmnf9kmZyrsHcXN\
        DN/4WFxStGu30bh0E4pr9nDNK3iy9iZiBYVvKsDCs+O4gMufpzV9Bqmty40F
        """,
        """
        U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAEEEAsXhWjz02FhFQWnMikfiwX7M\
        qSqv6Pi1fJXgMvAnFkz5eanEJLAVCiPDygpaI1lSDI+jN+ntq1TQXHQYmEbMKAAAABN2aWdvLXNjcmllci1jb25uZWN0AAAA\
        AAAAAAZzaGE1MTIAAABkAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAABJAAAAIQCeKod/VzHYcb9uwwpvcQ/PmYPv31GOVAKi\
        Uqaf6/cWkAAAACBtPISTZ1DxQ//qJ4n+OibAJ/pCmlB4wATQjElS/oYSlA==
        """,
        """
        U1NIU0lHAAAAAQAAAIgAAAATZWNkc2Etc2hhMi1uaXN0cDM4NAAAAAhuaXN0cDM4NAAAAGEEn385uSZ0lZgPx1++8SQ4FL7H\
        DYKwCfisgoz8yq2sYpYsOblF3nMOqEQxp7leQK+M469Hq5lImh0w1iJ59YGV+GI8JEL+lSvZPnShVclAgAqrrMVbKwUL6uo4\
        rwnWvGN3AAAAE3ZpZ28tc2NyaWVyLWNvbm5lY3QAAAAAAAAABnNoYTUxMgAAAIUAAAATZWNkc2Etc2hhMi1uaXN0cDM4NAAA\
        AGoAAAAxALeQkGS1zZpJz2xnmY1e9LgFoCHsjCC9ZjNI6FWJ4b+lh/LMWD+tQALqVHWkTHAEBwAAADEAuK3Uw9VYlELEr848\
        JocCO0XbiJO2ARMXELwAKqG73Xm8ZLGWcs6+p0gNRYRrNOr8
        """,
        """
        U1NIU0lHAAAAAQAAAKwAAAATZWNkc2Etc2hhMi1uaXN0cDUyMQAAAAhuaXN0cDUyMQAAAIUEAKYTPIQGCi6XqOljjWbe0icP\
        epLT3olS1Pxm3E8a3hXHRnyZoZnAE6guKFJwyoe76LdN74Ct5cmDrgz1xWGkr+MoAW4FRLgvYTXWJA2RwdEUmv8/1ZFS2a05\
        id5AN+CggVrYvS21lxrlZRkChYlaP7ariGzwZPVKgQxtm2J/4f/Vi/6CAAAAE3ZpZ28tc2NyaWVyLWNvbm5lY3QAAAAAAAAA\
        BnNoYTUxMgAAAKcAAAATZWNkc2Etc2hhMi1uaXN0cDUyMQAAAIwAAABCARFQm/QUH4KGdQxqSlEoUZ5lkpqorLViNQ043Lce\
        ZyptJnlJQGSjpnCBDwRPrD+qGOrTc4gy3b9hvnlSpKu5YhZPAAAAQgHh5zdnPF1ZZT/IEIix+bn0MnUwJzTTHK68EuLVoOC+\
        utq4XOD11LgpNIpKTOuwIwLCveiPFaRrqmYdan5RYTk/gA==
        """,
        """
        U1NIU0lHAAAAAQAAARcAAAAHc3NoLXJzYQAAAAMBAAEAAAEBAOvVTX2n06ScBI+kgP1jzn/eYZ4ftUTiIRExTlFtY8iyoShs\
        GU2XRIOiw8eAAEP3nUNPu79Np7vvdp73FEamJwHlXUb8oDnn4OddgxqnlquoewKBZbdzT2yoW2OR4xmF0XWPi9riSqd/UP05\
        LZs357sjsNth93PPh8YjmUo2zCio7Y+tvTzuWY7pVkjdGoDPRn3Qp0zy1qisL5nC3T7c6WaaZSH0sy2mZEM4Ua71F6R3Wmp2\
        V3rewApgBSTcjRiadkVDLoTPevBIC1ru0AbEBqU/SVIPu3Biui6DSIE65UXAy+WySm6EWYOCh0JolxwtpocjUK5S+ld0oD3e\
        LAw16gcAAAATdmlnby1zY3JpZXItY29ubmVjdAAAAAAAAAAGc2hhNTEyAAABFAAAAAxyc2Etc2hhMi01MTIAAAEAHC0w1yCv\
        zWyE36W1D+VawOztIw6cemrLFEW5XlcYCD49r94zg457ZC3RPTocQi3OiuYF+GaBlxnxPOPHkgpgKh0roj0EzjgwfuMTf0S/\
        6L1edxfihQVcGb2hdGD4lPo9QIdYa2cLOCEsUC/CCibdn9F2WpUWX7/79WhPnSQn+DRnPU4GkdycA0cH91M4MiJVdpB0V70X\
        jJ0xNezxgHzKF85gn0LgLlhBey/LnDpeUdw2hIntdLff3IZU/itDD57N5lWfgTsrwoEzmY+IqBWx2lCyBKnO/t12ABbY0XE1\
        Nb2eSAkseBt7f54Y0x8caME6nfcqTDEjF90HsOu95BHguA==
        """,
    ].map { Data(base64Encoded: $0)! }.map(Array.init)

    /// Blobs that are wrong in one way each.
    static let nonsense: [[UInt8]] = {
        let good = signatures[0]
        let (magic, version) = (Array("SSHSIG".utf8), [0, 0, 0, 1] as [UInt8])
        let huge = [0xff, 0xff, 0xff, 0xff] as [UInt8]
        return [
            [], [0], magic, magic + version, magic + [0, 0, 0, 2] + good.dropFirst(10), magic + version + huge,
            magic + version + [0, 0, 0, 0], magic + version + [0x7f, 0xff, 0xff, 0xff, 1], Array(good.dropLast()),
            good + [0],
            Array("SSHSIF".utf8) + good.dropFirst(6), Array(repeating: 0xff, count: 200),
            Array(repeating: 0, count: 20_000),
        ]
    }()
}
