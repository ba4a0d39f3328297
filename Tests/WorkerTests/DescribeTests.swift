import Built
import Glibc
import Testing

@Suite struct DescribeTests {
    private func describe(_ path: String) throws -> (output: String, errors: String, code: Int32) {
        var output: [Int32] = [-1, -1]
        var errors: [Int32] = [-1, -1]
        #expect(pipe(&output) == 0 && pipe(&errors) == 0)
        for end in output + errors { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let pid = try WorkerProcess.spawn(Built.worker, ["describe", path], [output[0], output[1], errors[1]])
        close(output[1])
        close(errors[1])
        var texts: [String] = []
        for end in [output[0], errors[0]] {
            var all: [UInt8] = []
            while let part = WorkerProcess.read(end) { all += part }
            texts.append(String(decoding: all, as: UTF8.self))
            close(end)
        }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        return (texts[0], texts[1], (status >> 8) & 0xFF)
    }

    @Test func `a plugin's descriptor is one line of JSON`() throws {
        let (output, errors, code) = try describe(Built.plugin("Echo"))
        #expect(code == 0 && errors.isEmpty)
        #expect(output.hasPrefix(#"{"id":"echo","version":"1.0.0","label":"Echo","#))
        #expect(output.hasSuffix("}\n"))
    }

    @Test func `another ABI is named`() throws {
        let (output, errors, code) = try describe(Built.plugin("WrongABI"))
        #expect(output.isEmpty && code == 69)
        #expect(errors.contains("made for plugin ABI 2, this server has ABI 1"))
    }

    @Test func `a descriptor that contradicts itself is refused`() throws {
        let (output, errors, code) = try describe(Built.plugin("BadDescriptor"))
        #expect(output.isEmpty && code == 65)
        #expect(errors.contains("the parameter twice is there twice"))
    }

    @Test(arguments: ["/bin/true", "/nowhere.so", "/etc/passwd"])
    func `a file that is no plugin is refused`(path: String) throws {
        let (output, errors, code) = try describe(path)
        #expect(output.isEmpty && code == 66 && !errors.isEmpty)
    }

    @Test func `a relative path is refused`() throws {
        #expect(try describe("echo.so").code == 64)
    }
}
