import CLinux
import Glibc

/// `vigosrv vault`: the server with nothing but the vault, for the time of one command. It ends when this object does, or
/// when this program does, however that comes about.
final class VaultServerProcess {
    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private var isRunning = true

    /// What the server may know of our environment: where its parts are.
    private static let passedOn = ["VIGO_LIBEXEC", "VIGO_PLUGINS", "PATH", "TZ", "TMPDIR"]

    init(_ places: VaultPlaces, environment: [String: String], arguments: [String] = []) throws(OperatorError) {
        let program = try Self.program()
        var (inputs, outputs): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard clinux_pipe(&inputs) == 0, clinux_pipe(&outputs) == 0 else {
            throw OperatorError("out of file descriptors")
        }
        defer {
            close(inputs[0])
            close(outputs[1])
        }
        (input, output) = (inputs[1], outputs[0])
        let key = places.isKeyFileGiven ? ["--key-file", places.keyFile] : []
        let words = [program, "vault", "--secrets-dir", places.directory] + key + arguments
        let passed = environment.filter { Self.passedOn.contains($0.key) }.map { "\($0.key)=\($0.value)" }
        process = try Self.spawn(
            words,
            passed + ["SWIFT_BACKTRACE=enable=no"],
            input: inputs[0],
            output: outputs[1]
        )
    }

    deinit { stop() }

    /// Waits until it serves, and says where; throws its sentence when it cannot.
    func socket() throws(OperatorError) -> String {
        let line = readLine()
        if line.hasPrefix("ready ") { return String(line.dropFirst("ready ".count)) }
        if line.hasPrefix("failed ") { throw OperatorError(String(line.dropFirst("failed ".count)), code: "vault") }
        throw OperatorError("vigosrv ended before it had opened the vault")
    }

    /// The whole of what it says, for a question that it answers and ends.
    func answer() -> String {
        readToEnd()
    }

    func stop() {
        guard isRunning else { return }
        isRunning = false
        close(input)
        close(output)
        while waitpid(process, nil, 0) < 0 && errno == EINTR {}
    }

    /// Beside this program.
    private static func program() throws(OperatorError) -> String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count)
        let own = String(decoding: path[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let program = String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)]) + "/vigosrv"
        guard access(program, X_OK) == 0 else {
            throw OperatorError(
                "no server runs here, and \(program), which could open the vault instead, is not there",
                code: "no_server"
            )
        }
        return program
    }

    private static func spawn(
        _ words: [String],
        _ environment: [String],
        input: Int32,
        output: Int32
    ) throws(OperatorError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // A group of its own: Ctrl-C is for us, and it ends with us anyway.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var process: pid_t = 0
        let argv = words.map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        let failure = posix_spawn(&process, words[0], &actions, &attributes, argv, envp)
        guard failure == 0 else {
            throw OperatorError("\(words[0]) cannot be started: \(String(cString: strerror(failure)))")
        }
        return process
    }

    private func readLine() -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 4096 {
            let count = read(output, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    private func readToEnd() -> String {
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while text.count < 64 << 10 {
            let count = read(output, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            text += part[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
