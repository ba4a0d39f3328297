import Foundation
import PluginKit

@testable import OpenBao

/// Whoever set the server up: requests with its root token, waiting for each answer.
struct Administrator {
    struct Refused: Error { var status: Int, body: String }

    var settings: Settings
    var port: UInt16
    var token = ""

    /// - Parameter authority: the server's CA; nil: plain HTTP.
    init(port: UInt16, authority: String? = nil) throws {
        self.port = port
        let parameters = [
            "address": "\(authority == nil ? "http" : "https")://127.0.0.1:\(port)", "ca": authority ?? "",
        ]
        try TLSContext.prepare()
        settings = try Settings { parameters[$0] }
    }

    /// The answer, as JSON; throws for anything but 2xx.
    @discardableResult
    func send(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) throws -> [String: Any] {
        let (status, text) = try answer(method, path, body)
        guard (200..<300).contains(status) else { throw Refused(status: status, body: text) }
        return (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:]
    }

    func answer(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) throws -> (Int, String) {
        let dialler = Dialler(requiresLoopback: false) { [port] _, _ in try Loopback.connect(port) }
        let http = try HTTPClient(settings, dialler: dialler)
        var result: Result<HTTPResponse, TransferError>?
        http.start(
            HTTPRequest(
                method: method,
                path: "/v1/\(path)",
                token: token.isEmpty ? nil : WipedBytes(token),
                body: body.map { WipedBytes($0) },
                largestAnswer: 64 << 20,
                timeout: .seconds(20)
            )
        ) { result = $0 }
        while result == nil {
            http.perform()
            if result == nil { http.wait(events: -1, timeout: .seconds(1)) }
        }
        let response = try result!.get()
        return (response.status, response.body.withBytes { String(decoding: $0, as: UTF8.self) })
    }

    // MARK: What tests set up

    func allow(_ policy: String, _ rules: String) throws {
        let text = String(decoding: try JSONSerialization.data(withJSONObject: ["policy": rules]), as: UTF8.self)
        try send(.post, "sys/policies/acl/\(policy)", text)
    }

    func makeToken(_ options: String) throws -> String {
        let auth = try send(.post, "auth/token/create", options)["auth"] as? [String: Any]
        return auth?["client_token"] as? String ?? ""
    }

    func write(_ key: String, _ fields: String) throws {
        try send(.post, "secret/data/vigo/\(key)", "{\"data\":\(fields)}")
    }

    func versions(_ key: String) throws -> Int {
        let data = try send(.get, "secret/metadata/vigo/\(key)")["data"] as? [String: Any]
        return data?["current_version"] as? Int ?? 0
    }

    func field(_ key: String, _ name: String = "value") throws -> String? {
        let data = try send(.get, "secret/data/vigo/\(key)")["data"] as? [String: Any]
        return (data?["data"] as? [String: Any])?[name] as? String
    }
}
