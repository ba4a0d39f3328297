package import NIOCore
package import NIOHTTP1
import Wire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The server's REST API.
package struct APIClient: Sendable {
    package let connection: ServerConnection
    /// How long the server may be silent.
    package var patience: TimeAmount = .seconds(60)

    package init(_ connection: ServerConnection) { self.connection = connection }

    /// A JSON answer to a request.
    package func request<Answer: Decodable>(
        _ method: HTTPMethod,
        _ path: String,
        body: (any Encodable & Sendable)? = nil,
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        let bytes = try await send(method, path, body: body)
        do {
            return try WireJSON.decode(type, from: bytes)
        } catch {
            throw OperatorError("the server's answer to \(method) \(path) makes no sense: it may be of another version")
        }
    }

    /// A request whose answer holds nothing of interest.
    package func perform(_ method: HTTPMethod, _ path: String, body: (any Encodable & Sendable)? = nil) async throws {
        _ = try await send(method, path, body: body)
    }

    /// The bytes of the answer as they arrive.
    package func stream(_ path: String, to part: @escaping @Sendable (ByteBuffer) -> Void) async throws {
        _ = try await exchange(.GET, path, body: nil, stream: part)
    }

    private func send(_ method: HTTPMethod, _ path: String, body: (any Encodable & Sendable)?) async throws -> Data {
        let encoded = try body.map { ByteBuffer(bytes: try WireJSON.encode($0)) }
        return Data(try await exchange(method, path, body: encoded, stream: nil).body.readableBytesView)
    }

    /// `stream` is handed the body of a success part by part; it is not collected then.
    func exchange(
        _ method: HTTPMethod,
        _ path: String,
        body: ByteBuffer?,
        contentType: String = "application/json",
        stream: (@Sendable (ByteBuffer) -> Void)?
    ) async throws -> HTTPExchange.Answer {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
        head.headers = connection.headers
        head.headers.add(name: "connection", value: "close")
        if let body {
            head.headers.add(name: "content-type", value: contentType)
            head.headers.add(name: "content-length", value: "\(body.readableBytes)")
        } else if method != .GET {
            head.headers.add(name: "content-length", value: "0")
        }
        let answer = try await connection.connect { [head, patience] channel in
            let answer = channel.eventLoop.makePromise(of: HTTPExchange.Answer.self)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(IdleStateHandler(readTimeout: patience))
            try pipeline.addHTTPClientHandlers()
            try pipeline.addHandler(HTTPExchange(head, body: body, answer: answer, stream: stream))
            return answer.futureResult
        }
        do {
            let answer = try await answer.get()
            guard (200..<300).contains(answer.status) else { throw OperatorError(status: answer.status, answer.body) }
            return answer
        } catch {
            throw connection.configuration.server.explain(error)
        }
    }
}

extension ServerConnection {
    var headers: HTTPHeaders {
        var headers = HTTPHeaders([("host", configuration.server.authority), ("accept", "application/json")])
        headers.add(name: "user-agent", value: "vigocli/\(Release.version)")
        if let token = configuration.token { headers.add(name: "authorization", value: "Bearer \(token)") }
        return headers
    }
}

extension OperatorError {
    /// What a refusal of the server says.
    init(status: Int, _ body: ByteBuffer) {
        if status == 401 {
            self.init(
                "the server does not accept the API token: see VIGO_TOKEN and ~/.config/vigo/config",
                code: "unauthorized"
            )
        } else if let error = try? WireJSON.decode(APIError.self, from: Data(body.readableBytesView)) {
            self.init(error.message, code: error.code)
        } else {
            self.init("the server answered with status \(status)", code: "http_\(status)")
        }
    }
}
