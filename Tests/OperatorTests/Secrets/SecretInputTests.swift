import Foundation
import Glibc
import Testing
import Trust

@testable import Operator

@Suite struct SecretInputTests {
    private let scratch = try! ScratchVault()
    private var path: String { "\(scratch.scratch)/value" }

    @Test(arguments: [
        [0], [10], Array("line\n".utf8), Array("\r\n\0\u{ff}".utf8), [UInt8](repeating: 7, count: 1 << 20),
    ])
    func `a file is stored as it is`(bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: path))
        #expect(try SecretInput.read(file: path).matches(bytes))
    }

    @Test func `what is larger than a value can be, empty, or not there is refused`() throws {
        #expect(throws: OperatorError.self) { try SecretInput.read(file: path) }
        try Data(count: (1 << 20) + 1).write(to: URL(filePath: path))
        let error = #expect(throws: OperatorError.self) { try SecretInput.read(file: path) }
        #expect(error?.description == "\(path) has more than 1 MiB")
        try Data().write(to: URL(filePath: path))
        #expect(throws: OperatorError.self) { try SecretInput.read(file: path) }
        #expect(throws: OperatorError.self) { try SecretInput.read(file: scratch.scratch) }
    }
}
