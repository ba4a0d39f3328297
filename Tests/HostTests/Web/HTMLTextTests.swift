import Foundation
import Testing

@testable import Host

@Suite struct HTMLTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("<b>&\"'`", "&lt;b&gt;&amp;&quot;&#39;&#96;"), ("\"\u{301}", "&quot;\u{301}"),
        ("<\u{338}script", "&lt;\u{338}script"), ("a\u{0}b\u{1b}[0m", "a\u{fffd}b\u{fffd}[0m"),
        ("gpj.\u{202e}exe", "gpj.\u{fffd}exe"), ("Grüße 👩‍🚀\n\t", "Grüße 👩‍🚀\n\t"),
    ])
    func `what would be markup, or turn writing around, stays text`(text: String, escaped: String) {
        #expect(HTMLText.escaped(text).unicodeScalars.elementsEqual(escaped.unicodeScalars))
    }

    @Test func `templates escape so by themselves, in partials and sections too`() throws {
        let files = WebFiles(contents: [
            "templates/page.mustache": Data("{{<frame}}{{$main}}{{#rows}}{{>row}}{{/rows}}{{/main}}{{/frame}}".utf8),
            "templates/frame.mustache": Data("<p title=\"{{title}}\">{{$main}}{{/main}}</p>".utf8),
            "templates/row.mustache": Data("[{{name}}]".utf8),
        ])
        let page = try WebTemplates(files).render(
            "page",
            ["title": "\"\u{301}", "rows": [["name": "'\u{301}"], ["name": "<\u{338}"]]]
        )
        let expected = "<p title=\"&quot;\u{301}\">[&#39;\u{301}][&lt;\u{338}]</p>"
        #expect(page.unicodeScalars.elementsEqual(expected.unicodeScalars), "\(page)")
    }

    @Test func `a template that cannot be understood is named`() {
        let files = WebFiles(contents: ["templates/x.mustache": Data("{{#open}}".utf8)])
        #expect { try WebTemplates(files) } throws: { "\($0)".contains("templates/x.mustache") }
    }
}
