import Foundation
import Hummingbird
import HummingbirdTesting
import NIOCore
import Wire

@testable import Host

/// Sends requests as one of the users.
struct APIClient: Sendable {
    let client: any TestClientProtocol
    let tokens: [UserRole: String]

    struct Answer: Sendable {
        let status: Int
        let body: String
        let headers: HTTPFields

        var error: APIError? { try? WireJSON.decode(APIError.self, from: Data(body.utf8)) }

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try WireJSON.decode(type, from: Data(body.utf8))
        }
    }

    /// A body is text, or any bytes.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as role: UserRole? = .admin,
        authorization: String? = nil,
        headers more: HTTPFields = [:],
        _ body: String? = nil,
        bytes: [UInt8]? = nil
    ) async throws -> Answer {
        var headers = more
        headers[.authorization] = authorization ?? role.flatMap { tokens[$0] }.map { "Bearer \($0)" }
        return try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) } ?? bytes.map { ByteBuffer(bytes: $0) }
        ) { response in
            Answer(
                status: response.status.code,
                body: String(buffer: response.body),
                headers: response.headers
            )
        }
    }
}

extension APIClient {
    func signIn(_ username: String, _ password: String, headers: HTTPFields = [:]) async throws -> Answer {
        let body = try String(
            decoding: JSONEncoder().encode(["username": username, "password": password]),
            as: UTF8.self
        )
        return try await send(.post, "/api/v1/login", as: nil, headers: headers, body)
    }

    func browser(_ role: UserRole, bringing cookie: String? = nil) async throws -> Browser {
        let headers: HTTPFields = cookie.map { [.cookie: $0] } ?? [:]
        let answer = try await signIn(role.rawValue, "\(role)-password", headers: headers)
        guard answer.status == 201, let cookie = answer.headers[.setCookie] else { throw answer }
        return Browser(
            client: self,
            cookie: String(cookie.prefix { $0 != ";" }),
            state: try answer.decode(LoginState.self)
        )
    }
}

extension APIClient.Answer: Error {}
