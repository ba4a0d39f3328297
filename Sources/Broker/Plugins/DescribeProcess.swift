import CLinux
import Glibc
import WorkerProtocol

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Asks a plugin what it is, in a process of its own: the server never loads one. Blocks; for a thread that may.
struct DescribeProcess {
    let workerPath: String
    var timeout = Duration.seconds(10)
    var largestAnswer = 256 << 10

    struct Failure: Error, Equatable {
        let sentence: String
    }

    func describe(_ path: String) throws(Failure) -> PluginDescriptor {
        var output: [Int32] = [-1, -1]
        var errors: [Int32] = [-1, -1]
        guard clinux_pipe(&output) == 0, clinux_pipe(&errors) == 0 else {
            for end in output where end >= 0 { close(end) }
            throw Failure(sentence: "no pipe for scrier-worker: \(String(cString: strerror(errno)))")
        }
        defer { for end in [output[0], errors[0]] { close(end) } }
        let process: pid_t
        do {
            process = try ChildProcess.spawn(
                workerPath,
                ["scrier-worker", "describe", path],
                output: output[1],
                errors: errors[1],
                leadsGroup: true
            )
        } catch {
            for end in [output[1], errors[1]] { close(end) }
            throw Failure(sentence: "\(workerPath) could not be started: \(String(cString: strerror(error.number)))")
        }
        for end in [output[1], errors[1]] { close(end) }
        let (answer, complaint, isWhole) = collect(output[0], errors[0])
        guard let ending = end(of: process, isDone: isWhole) else {
            throw Failure(sentence: "it did not say what it is within \(timeout), or said too much")
        }
        return try decode(answer, complaint, ending)
    }

    /// nil for one that had to be killed. Closed pipes are no end yet: a plugin's constructor may have closed them.
    private func end(of process: pid_t, isDone: Bool) -> ProcessEnding? {
        var status: Int32 = 0
        for _ in 0..<(isDone ? 1000 : 0) {
            if waitpid(process, &status, WNOHANG) == process { return ProcessEnding(waitStatus: status) }
            usleep(1000)
        }
        kill(-process, SIGKILL)
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        return nil
    }

    private func decode(
        _ answer: [UInt8],
        _ complaint: [UInt8],
        _ ending: ProcessEnding
    ) throws(Failure) -> PluginDescriptor {
        switch ending {
        case .exited(0): break
        case .signalled(let number):
            throw Failure(sentence: "it crashed (\(SignalName.of(number))) while it was asked what it is")
        default:
            let line = LogLine.parse(complaint.prefix(512)).1.trimmingSuffix(while: \.isWhitespace)
            throw Failure(sentence: line.isEmpty ? "scrier-worker could not describe it" : String(line))
        }
        return try Self.decode(answer)
    }

    static func decode(_ answer: [UInt8]) throws(Failure) -> PluginDescriptor {
        guard let plugin = try? JSONDecoder().decode(PluginDescriptor.self, from: Data(answer)) else {
            throw Failure(sentence: "its description makes no sense")
        }
        if let problem = plugin.problem { throw Failure(sentence: "its description makes no sense: \(problem)") }
        return plugin
    }

    /// Both pipes to their ends, or until time or room is up.
    private func collect(_ output: Int32, _ errors: Int32) -> (output: [UInt8], errors: [UInt8], isWhole: Bool) {
        let deadline = ContinuousClock.now + timeout
        var collected: [[UInt8]] = [[], []]
        var sources = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var part = [UInt8](repeating: 0, count: 16 << 10)
        while sources.contains(where: { $0.fd >= 0 }) {
            let left = deadline - .now
            guard left > .zero else { return (collected[0], collected[1], false) }
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            _ = poll(&sources, nfds_t(sources.count), Int32(milliseconds) + 1)
            for index in sources.indices where sources[index].revents != 0 {
                let count = read(sources[index].fd, &part, part.count)
                if count <= 0 {
                    sources[index].fd = -1
                } else {
                    collected[index] += part[..<count]
                    guard collected[index].count <= largestAnswer else { return (collected[0], collected[1], false) }
                }
            }
        }
        return (collected[0], collected[1], true)
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> SubSequence {
        var rest = self[...]
        while let last = rest.last, matches(last) { rest = rest.dropLast() }
        return rest
    }
}
