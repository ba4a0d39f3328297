import Testing
import Trust

@testable import Operator

@Suite struct PasswordRulesTests {
    @Test(arguments: [
        "Correct-Horse7", "aA1!aA1!aA1!", "Пароль-Надёжный-7", "Pässwort mit 1 Leerzeichen", "Abcdefghij1 ",
    ])
    func `a good one lacks nothing`(password: String) throws {
        #expect(PasswordRules.missing(in: Secret(password)).isEmpty)
        try PasswordRules.check(Secret(password))
    }

    @Test(
        arguments: [
            (
                "",
                [
                    "at least 12 characters (it has 0)", "an upper-case letter", "a lower-case letter", "a digit",
                    "a special character, such as ! or -",
                ]
            ),
            ("Correct-Hor7", []), ("Correct-Ho7", ["at least 12 characters (it has 11)"]),
            ("correct-horse7", ["an upper-case letter"]), ("CORRECT-HORSE7", ["a lower-case letter"]),
            ("Correct-Horse", ["a digit"]), ("CorrectHorse77", ["a special character, such as ! or -"]),
            ("ÄÖÜäöüÄÖÜäöü", ["a digit", "a special character, such as ! or -"]),
            ("Correct-Horse7\u{1b}[A", ["no control characters, such as those of arrow keys"]),
        ] as [(String, [String])]
    )
    func `what is missing is named`(password: String, missing: [String]) {
        #expect(PasswordRules.missing(in: Secret(password)) == missing)
    }

    @Test func `bytes that are no text are no password, nor is a whole file`() {
        #expect(!PasswordRules.missing(in: Secret([UInt8](repeating: 0xff, count: 20))).isEmpty)
        #expect(PasswordRules.missing(in: Secret(String(repeating: "aA1!", count: 300))) == ["at most 1024 bytes"])
    }

    @Test func `the sentence lists all of it and nothing of the password`() {
        let error = #expect(throws: OperatorError.self) { try PasswordRules.check(Secret("hunter2hunter2")) }
        #expect(
            error?.description
                == "the password is not good enough; it needs an upper-case letter and a special character, such as ! or -. Nothing was stored"
        )
    }

    @Test func `it is asked for twice, and weak ones are refused before that`() throws {
        let good = ScriptedPrompter(["Correct-Horse7", "Correct-Horse7"])
        #expect(try good.askPassword().matches(Secret("Correct-Horse7")))
        #expect(good.transcript == ["Enter password: ", "Confirm password: "])
        let weak = ScriptedPrompter(["hunter2"])
        #expect(throws: OperatorError.self) { try weak.askPassword() }
        #expect(weak.transcript == ["Enter password: "])
        #expect(throws: OperatorError.self) {
            try ScriptedPrompter(["Correct-Horse7", "Correct-Horse8"]).askPassword()
        }
    }

    @Test func `an archive's passphrase that is too short is refused before it is typed again`() {
        let prompter = ScriptedPrompter(["too short"])
        #expect(throws: OperatorError.self) { try prompter.askArchivePassphrase() }
        #expect(prompter.transcript == ["Enter archive passphrase: "])
    }
}
