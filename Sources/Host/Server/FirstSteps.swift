/// What a new server tells the person who started it.
package enum FirstSteps {
    package static func text(publicURL: String, dataDirectory: String, adminSocket: String) -> String {
        let socket = adminSocket == "/run/vigo/admin.sock" ? "" : "VIGO_ADMIN_SOCKET=\(adminSocket) "
        return """

            Vigo Scrier is ready at \(publicURL); its data is in \(dataDirectory).

            Next, on this machine as root:
              1. an administrator        \(socket)vigocli webusers create --username NAME --role admin
              2. a token for their CLI   \(socket)vigocli apitokens create --username NAME --name laptop
              3. a machine to reach      \(socket)vigocli tokens generate --pattern HOSTNAME
                 and on that machine     curl -sSfk \(publicURL)/bootstrap | sudo sh -s -- --token TOKEN
              4. a shell on it           vigocli scrier ssh HOSTNAME


            """
    }
}
