import NIOCore
import Testing

@testable import Operator

@Suite struct TypedInputTests {
    @Test func `what was not acknowledged is kept to be sent again`() {
        var input = TypedInput()
        input.append(ByteBuffer(string: "hello "))
        input.append(ByteBuffer(string: "world"))
        input.acknowledge(6)
        #expect(String(buffer: input.rest) == "world")
        // Totals that come late or twice change nothing.
        input.acknowledge(3)
        input.acknowledge(6)
        #expect(String(buffer: input.rest) == "world")
        input.acknowledge(11)
        #expect(input.rest.readableBytes == 0)
    }

    @Test func `an acknowledgement of more than was typed is no reason to crash`() {
        var input = TypedInput()
        input.append(ByteBuffer(string: "x"))
        input.acknowledge(.max)
        #expect(input.rest.readableBytes == 0)
        input.append(ByteBuffer(string: "y"))
        #expect(String(buffer: input.rest) == "y")
    }

    @Test func `the terminal is asked to wait when too much is on its way`() {
        var input = TypedInput()
        input.append(ByteBuffer(repeating: 0x78, count: TypedInput.comfortable - 1))
        #expect(!input.isFull)
        input.append(ByteBuffer(string: "x"))
        #expect(input.isFull)
    }
}
