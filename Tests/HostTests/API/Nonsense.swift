import Foundation

/// Values that a field of a request may hold and nobody means, as raw JSON: some of them no encoder would write.
struct Nonsense {
    let name: String
    let json: [UInt8]

    init(_ name: String, _ json: String) { self.init(name, Array(json.utf8)) }

    init(_ name: String, _ json: [UInt8]) {
        self.name = name
        self.json = json
    }

    private static let deep = 600

    /// Not a value of that type, whatever the field means.
    static func notText() -> [Nonsense] { [null, number, boolean, list, object, deepList] + broken }
    static func notWhole() -> [Nonsense] {
        [
            null, boolean, list, object, deepList, Nonsense("a number as text", #""22""#),
            Nonsense("a fraction", "22.5"),
            Nonsense("beyond 64 bits", "99999999999999999999"), Nonsense("beyond all", "1e400"),
        ] + broken
    }
    static func notBoolean() -> [Nonsense] {
        [number, list, object, Nonsense("yes", #""yes""#), Nonsense("true as text", #""true""#)] + broken
    }
    static func notTexts() -> [Nonsense] {
        [
            null, number, boolean, Nonsense("a text", #""a""#), object, Nonsense("numbers", "[1, 2]"),
            Nonsense("nested", "[[]]"),
        ]
            + broken
    }
    static func notTextsByName() -> [Nonsense] {
        [
            number, boolean, Nonsense("a text", #""a""#), list, Nonsense("numbers by name", #"{"greeting": 1}"#),
            Nonsense("nested", #"{"greeting": {}}"#), Nonsense("a name that is unknown", #"{"nope": "x"}"#),
            Nonsense("an empty name", #"{"": "x"}"#), Nonsense("a NUL", #"{"greeting": "a\u0000b"}"#),
        ] + broken
    }

    /// Texts, but odd ones. Some fields may hold some of them.
    static let oddTexts = [
        Nonsense("empty", #""""#), Nonsense("blank", #"" ""#), Nonsense("NUL", #""a\u0000b""#),
        Nonsense("escapes", #""\u001b[2J\u0007""#), Nonsense("turned", #""\u202eback""#),
        Nonsense("newlines", #""a\r\nb: c""#),
        Nonsense("path", #""../../../../etc/passwd""#), Nonsense("shell", #""$(reboot)`id`;'\"|""#),
        Nonsense("SQL", #""' OR 1=1; DROP TABLE users; --""#), Nonsense("format", #""%s%n%00%ff""#),
        Nonsense("not a character", #""\uffff""#),
        Nonsense("combining", "\"a\(String(repeating: "\u{301}", count: 5000))\""),
        Nonsense("long", "\"\(String(repeating: "x", count: 60_000))\""),
    ]
    static let oddNumbers = [
        Nonsense("zero", "0"), Nonsense("negative", "-1"), Nonsense("lowest", "-9223372036854775808"),
        Nonsense("highest", "9223372036854775807"), Nonsense("beyond 32 bits", "4294967318"),
    ]

    private static let null = Nonsense("null", "null")
    private static let number = Nonsense("a number", "7")
    private static let boolean = Nonsense("true", "true")
    private static let list = Nonsense("a list", "[]")
    private static let object = Nonsense("an object", "{}")
    private static let deepList = Nonsense(
        "deep",
        String(repeating: "[", count: deep) + String(repeating: "]", count: deep)
    )
    /// No JSON.
    private static let broken = [
        Nonsense("nothing", ""), Nonsense("not UTF-8", [0x22, 0xff, 0xfe, 0x22]), Nonsense("NUL bytes", [0, 0]),
        Nonsense("a lone surrogate", #""\ud800""#), Nonsense("an open text", #""a"#),
        Nonsense("a control character", "\"\u{1}\""),
    ]

    /// Whole bodies that are no object of fields.
    static let bodies = [
        Nonsense("nothing", ""), Nonsense("blanks", "  \n"), Nonsense("a text", #""x""#), Nonsense("a list", "[]"),
        Nonsense("null", "null"), Nonsense("NUL bytes", [UInt8](repeating: 0, count: 32)),
        Nonsense("cut off", #"{"a":"#),
        Nonsense("two objects", "{}{}"), Nonsense("not UTF-8", [0x7b, 0xff, 0xfe, 0x7d]),
        Nonsense("UTF-16", Array("{}".data(using: .utf16LittleEndian) ?? Data())),
        Nonsense("a form", "username=dan&role=admin"),
        Nonsense("XML", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"),
        Nonsense("deep lists", String(repeating: "[", count: 30_000)),
        Nonsense("deep objects", String(repeating: #"{"a":"#, count: 10_000)),
        Nonsense("many keys", "{" + (0..<5000).map { #""k\#($0)":1"# }.joined(separator: ",") + "}"),
    ]

    /// What may stand in a path or a query, already escaped for it.
    static let segments = [
        "%00", "%ff%fe", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%2f", "%", "%zz", "%0d%0aX-Evil:%201", "%1b%5b2J",
        "%e2%80%aeback",
        "*", "'%20OR%201=1--", "%24%28id%29", "-1", "null", "00000000-0000-0000-0000-000000000000",
        String(repeating: "a", count: 400), String(repeating: "%41", count: 2000),
    ]
}
