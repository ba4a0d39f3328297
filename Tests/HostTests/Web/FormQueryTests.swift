import Testing

@testable import Host

@Suite struct FormQueryTests {
    @Test func `words that somebody typed come as they were typed`() {
        let query = FormQuery("q=brass+lantern&user=dan%40web&kind=&envoy=%20&more=a%2Bb=c")
        #expect(query["q"] == "brass lantern")
        #expect(query["user"] == "dan@web")
        #expect(query["more"] == "a+b=c")
    }

    @Test(arguments: ["", "&", "=", "q", "q=", "q=+", "q=%20", "q=%ff", "other=1"])
    func `what is empty, broken or not there is nothing`(text: String) { #expect(FormQuery(text)["q"] == nil) }
}
