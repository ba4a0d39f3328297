import Foundation
import Hummingbird
import Testing
import Wire

@testable import Host

/// Every field of every request, and every parameter of every path, with everything that does not belong there.
@Suite struct APIFieldWalkTests {
    /// What an answer to nonsense must be, whatever the nonsense was; nil when it is so.
    private static func complaint(about answer: APIClient.Answer) -> String? {
        guard (200..<500).contains(answer.status) else { return "status \(answer.status)" }
        guard answer.status >= 400 else { return nil }
        guard let error = answer.error else { return "no error in JSON: \(answer.body.prefix(200))" }
        guard !error.code.isEmpty, !error.message.isEmpty else { return "an error without words" }
        guard error.message.unicodeScalars.count <= 1000 else {
            return "a message of \(error.message.utf8.count) bytes"
        }
        let internals = [
            "Swift", "Optional(", "Error Domain", "NSCocoa", "DatabaseError", "SQLite", "/Users/", ".swift",
        ]
        if let word = internals.first(where: error.message.contains) { return "\(word) in: \(error.message)" }
        let isObeyed = error.message.unicodeScalars.contains {
            $0.properties.generalCategory == .control || (0x202a...0x202e).contains($0.value)
        }
        return isObeyed ? "control characters in: \(error.message.debugDescription)" : nil
    }

    private static func world() async throws -> APIWorld {
        let world = try await APIWorld(maxSessions: 1000)
        try await world.approve("web9.example.com")
        try world.offerAgent()
        return world
    }

    @Test func `every route that takes a body is in the table`() async throws {
        let world = try await APIWorld()
        let known = Set(try SampleRequest.all().map { "\($0.method) \($0.route)" })
            .union(SampleRequest.withoutBody).union(SampleRequest.triedElsewhere)
        let changing = world.routes.filter { $0.method == .post || $0.method == .put }.map { "\($0.method) \($0.path)" }
        #expect(Set(changing) == known)
        await world.remove()
    }

    @Test func `each sample succeeds, so that what fails below fails for its one broken field`() async throws {
        for sample in try SampleRequest.all() {
            let world = try await Self.world()
            try await world.test { client in
                let answer = try await client.send(sample.method, sample.path, bytes: sample.body())
                #expect(answer.status == sample.status, "\(sample.route): \(answer.body)")
            }
        }
    }

    @Test func `no field takes a value of another type, and says so by its name`() async throws {
        for sample in try SampleRequest.all() {
            for field in sample.fields {
                // A world for each field: whoever registers badly too often is not listened to any more.
                let world = try await Self.world()
                let before = try await world.counts()
                try await world.test { client in
                    for value in Self.wrong(field.kind) where !(field.isOptional && value.name == "null") {
                        let answer = try await client.send(
                            sample.method,
                            sample.path,
                            bytes: sample.body(field, value.json)
                        )
                        let what = "\(sample.route) \(field.name) with \(value.name)"
                        if let complaint = Self.complaint(about: answer) { Issue.record("\(what): \(complaint)") }
                        #expect((400..<500).contains(answer.status), "\(what): \(answer.status) \(answer.body)")
                    }
                    #expect(try await world.counts() == before, "\(sample.route) \(field.name)")
                }
            }
        }
    }

    private static func wrong(_ kind: SampleRequest.Kind) -> [Nonsense] {
        switch kind {
        case .text: Nonsense.notText()
        case .whole: Nonsense.notWhole()
        case .boolean: Nonsense.notBoolean()
        case .texts: Nonsense.notTexts()
        case .textsByName: Nonsense.notTextsByName()
        }
    }

    /// Some fields may hold some of these; none may break anything.
    @Test func `odd texts and numbers are taken or refused, and never a failure`() async throws {
        for sample in try SampleRequest.all() {
            for field in sample.fields where [.text, .whole].contains(field.kind) {
                let world = try await Self.world()
                try await world.test { client in
                    for value in field.kind == .text ? Nonsense.oddTexts : Nonsense.oddNumbers {
                        let answer = try await client.send(
                            sample.method,
                            sample.path,
                            bytes: sample.body(field, value.json)
                        )
                        if let complaint = Self.complaint(about: answer) {
                            Issue.record("\(sample.route) \(field.name) with \(value.name): \(complaint)")
                        }
                    }
                    for list in world.routes where list.method == .get && !list.path.contains("{") {
                        let answer = try await client.send(.get, list.path)
                        #expect(answer.status < 500, "\(list.path) after nonsense in \(field.name): \(answer.body)")
                    }
                }
            }
        }
    }

    @Test func `a body that is no object is refused on every route that reads one`() async throws {
        for sample in try SampleRequest.all() {
            let world = try await Self.world()
            try await world.test { client in
                for body in Nonsense.bodies {
                    let answer = try await client.send(sample.method, sample.path, bytes: body.json)
                    let what = "\(sample.route) with \(body.name)"
                    if let complaint = Self.complaint(about: answer) { Issue.record("\(what): \(complaint)") }
                    // Where every field may be absent, an object with others says nothing.
                    let mayPass = body.name == "many keys" && sample.fields.allSatisfy(\.isOptional)
                    #expect((400..<500).contains(answer.status) || mayPass, "\(what): \(answer.status) \(answer.body)")
                }
            }
        }
    }

    @Test func `no path and no query leads anywhere by nonsense`() async throws {
        let world = try await APIWorld()
        let before = try await world.counts()
        try await world.test { client in
            for segment in Nonsense.segments {
                for route in world.routes where route.path.contains("{") {
                    let parts = route.path.split(separator: "/").map { $0.hasPrefix("{") ? segment : String($0) }
                    let answer = try await client.send(route.method, "/" + parts.joined(separator: "/"), "{}")
                    let what = "\(route.method) \(route.path) with \(segment.prefix(40))"
                    if let complaint = Self.complaint(about: answer) { Issue.record("\(what): \(complaint)") }
                    #expect((400..<500).contains(answer.status), "\(what): \(answer.status) \(answer.body)")
                }
                for route in world.routes where route.method == .get && !route.path.contains("{") {
                    let query = ["os", "arch", "status", "state", "all", "after"].map { "\($0)=\(segment)" }
                    let answer = try await client.send(.get, "\(route.path)?\(query.joined(separator: "&"))")
                    if let complaint = Self.complaint(about: answer) {
                        Issue.record("\(route.path) with a query of \(segment.prefix(40)): \(complaint)")
                    }
                }
            }
            #expect(try await world.counts() == before)
        }
    }
}
