import Glibc
package import Trust

/// `/dev/tty`: the person, wherever stdin and stdout lead. Restores the echo before a signal ends or stops the program.
package final class ControllingTerminal: Prompter {
    private let descriptor: Int32

    /// What a line discipline keeps of one line (N_TTY_BUF_SIZE); what is typed beyond gets lost without a word.
    private static let longestLine = 4095

    /// Refuses where there is nobody to ask.
    package init(for purpose: String) throws(OperatorError) {
        descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw OperatorError("\(purpose) needs a terminal") }
    }

    deinit { close(descriptor) }

    package func say(_ line: String) {
        var line = line + "\n"
        line.withUTF8 { _ = StandardOutput.write(UnsafeRawBufferPointer($0)) }
    }

    package func askHidden(_ prompt: String) throws(OperatorError) -> Secret {
        let line = try readLine(prompt, isHidden: true)
        show("\n")
        return line
    }

    package func ask(_ prompt: String) throws(OperatorError) -> String {
        try readLine(prompt, isHidden: false).withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func readLine(_ prompt: String, isHidden: Bool) throws(OperatorError) -> Secret {
        while true {
            let watch = try SignalWatch()
            var original = termios()
            let isTerminal = tcgetattr(descriptor, &original) == 0
            if isTerminal, isHidden {
                var hidden = original
                hidden.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL)
                hidden.c_lflag |= tcflag_t(ICANON | ISIG)
                // What was typed ahead is kept: a second passphrase may have been pasted together with the first.
                tcsetattr(descriptor, TCSANOW, &hidden)
            }
            show(prompt)
            let outcome = takeLine(watch)
            if isTerminal, isHidden { tcsetattr(descriptor, TCSANOW, &original) }
            watch.end()
            switch outcome {
            case .line(let line): return line
            case .signal(let number):
                show("\n")
                // After a stop we are told to go on, and ask again.
                SignalWatch.takeEffect(number)
            case .over:
                show("\n")
                throw OperatorError("nothing was typed; nothing was changed")
            case .tooLong:
                show("\n")
                throw OperatorError(
                    "a terminal's line has at most 4094 bytes; longer values come from a file or a pipe"
                )
            }
        }
    }

    private enum Outcome {
        case line(Secret)
        case signal(Int32)
        case over
        case tooLong
    }

    private func takeLine(_ watch: SignalWatch) -> Outcome {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.longestLine + 1, alignment: 16)
        var length = 0
        defer {
            Wiping.wipe(buffer)
            buffer.deallocate()
        }
        while length < buffer.count {
            var polled = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: watch.readable, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&polled, 2, -1)
            if let number = watch.take() { return .signal(number) }
            guard polled[0].revents != 0 else { continue }
            let count = read(descriptor, buffer.baseAddress! + length, buffer.count - length)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return .over }
            length += count
            guard buffer[length - 1] == UInt8(ascii: "\n") else { continue }
            guard length < Self.longestLine else { return .tooLong }
            return .line(Secret(UnsafeRawBufferPointer(rebasing: buffer[..<(length - 1)])))
        }
        return .tooLong
    }

    private func show(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = write(descriptor, rest.baseAddress, rest.count)
                guard count > 0 || errno == EINTR else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(count, 0)))
            }
        }
    }
}
