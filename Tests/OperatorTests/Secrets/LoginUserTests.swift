import Testing

@testable import Operator

@Suite struct LoginUserTests {
    @Test func `whoever it is has a number`() {
        #expect(UInt32(LoginUser.current) != nil)
    }
}
