import Foundation
import NIOConcurrencyHelpers

@testable import Agent

/// Somebody who appends a line now and then, with a new file in place of the old one and only if the old one is still
/// what it read: what a careful configuration tool does.
final class EditorThread: Sendable {
    private let state = NIOLockedValueBox((isStopping: false, isDone: false, written: ""))

    init(path: String, owner: UserAccount) {
        let state = state
        Thread.detachNewThread {
            var number = 0
            while !state.withLockedValue(\.isStopping) {
                // Appending in place: it reaches the file that is there at this moment, or one that has just been
                // replaced, and then the agent has to notice.
                guard let handle = FileHandle(forWritingAtPath: path) else { continue }
                handle.seekToEndOfFile()
                let line = "# edit \(number)\n"
                handle.write(Data(line.utf8))
                try? handle.close()
                usleep(20_000)
                let isThere = FileManager.default.contents(atPath: path).map {
                    String(decoding: $0, as: UTF8.self).contains(line)
                }
                if isThere == true { state.withLockedValue { $0.written += line } }
                number += 1
            }
            state.withLockedValue { $0.isDone = true }
        }
    }

    func stop() {
        state.withLockedValue { $0.isStopping = true }
        while !state.withLockedValue(\.isDone) { usleep(1_000) }
    }

    var written: String { state.withLockedValue(\.written) }
}
