import NIOCore
import Wire

/// Pictures of the screen: for who looks on, and for an operator who comes back from another terminal.
extension TerminalRelay {
    /// A worker that does not draw in that time will not.
    static let picturePatience = TimeAmount.seconds(3)

    func askForPicture() -> UInt32 {
        nextPicture &+= 1
        worker?.look(nextPicture)
        return nextPicture
    }

    /// Takes the place of whoever was attached before, with the screen as it is now in place of what was missed.
    func attachWithPicture(_ new: any TerminalClient) {
        takePlace(new)
        guard ending == nil else { return sendMissed() }
        acknowledgeAll()
        awaitedPicture = askForPicture()
        pictureTimer = loop.scheduleTask(in: Self.picturePatience) { [self] in sendMissed() }
    }

    func screen(_ number: UInt32, _ picture: TerminalPicture) {
        guard number == awaitedPicture else { return watchers.show(picture, number: number) }
        forgetPicture()
        acknowledgeAll()
        client?.send(.screen(bytes: bytesOut, columns: picture.columns, rows: picture.rows))
        client?.send(output: ByteBuffer(bytes: picture.paint))
    }

    /// Without a picture: what there is since the client came.
    func sendMissed() {
        forgetPicture()
        client?.send(.screen(bytes: acknowledged, columns: nil, rows: nil))
        client?.send(output: ByteBuffer())
        for bytes in missed(after: acknowledged) ?? [] { client?.send(output: bytes) }
        if let ending { client?.finish(with: ending) }
    }

    func forgetPicture() {
        awaitedPicture = nil
        pictureTimer?.cancel()
        pictureTimer = nil
    }

    // MARK: looking on

    func watch(_ client: any TerminalClient, name: String) {
        if let ending { return client.finish(with: ending) }
        watchers.add(client, name: name)
        watchersChanged()
    }

    func unwatch(_ client: any TerminalClient) {
        if watchers.remove(client) { watchersChanged() }
    }

    private func watchersChanged() {
        let names = TerminalControl.watchers(names: watchers.names)
        client?.send(names)
        watchers.tell(names)
    }
}
