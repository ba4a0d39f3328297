import Glibc
import WorkerProtocol

/// Prints a plugin's descriptor as one line of JSON, or says on standard error what is wrong with it.
enum DescribeCommand {
    static func run(path: String) -> Int32 {
        // The library's own prints, from constructors for example, must not end up in the JSON.
        let output = Descriptors.moveAway(1)
        Descriptors.detachStandardStreams()
        reportBrokenPointers()
        var confinement = Confinement()
        // Standard output may be a file.
        confinement.beforeLoading(plugin: path, largestFile: 1 << 20)
        do {
            let descriptor = try PluginLibrary(path: path).descriptor
            return write(DescriptorJSON.line(descriptor), to: output) ? EX_OK : EX_IOERR
        } catch {
            StandardError.write(error.description)
            return error.exitCode
        }
    }

    /// A descriptor may point anywhere: then a sentence is better than a dead process.
    private static func reportBrokenPointers() {
        for number in [SIGSEGV, SIGBUS] {
            signal(number) { _ in
                let sentence: StaticString =
                    "the plugin crashed while it was asked what it is: its descriptor points nowhere\n"
                _ = Glibc.write(2, sentence.utf8Start, sentence.utf8CodeUnitCount)
                _exit(EX_DATAERR)
            }
        }
    }

    private static func write(_ line: String, to output: Int32) -> Bool {
        var line = line + "\n"
        return line.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(output, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}
