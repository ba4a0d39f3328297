import Foundation
import Hummingbird
import NIOCore
import Wire

/// A request on its way to a route's handler: who asks, from where, and what.
struct APICall: Sendable {
    let request: Request
    let context: APIContext
    /// Nil on open routes.
    let caller: Caller?
    let clientAddress: String

    /// Of a route that is not open.
    func signedIn() throws(APIFailure) -> Caller {
        guard let caller else { throw .unauthorized }
        return caller
    }

    func parameter(_ name: String) throws(APIFailure) -> String {
        guard let value = context.parameters.get(name)?.removingPercentEncoding, !value.isEmpty, value.utf8.count <= 300
        else { throw .badRequest("\(name): expected in the address") }
        return value
    }

    func uuid(_ name: String) throws(APIFailure) -> UUID {
        guard let value = UUID(uuidString: try parameter(name)) else {
            throw .badRequest("\(name): expected a UUID such as 63dfa092-5262-44ac-b04b-1533c709ab42")
        }
        return value
    }

    func query(_ name: String) -> String? { request.uri.queryParameters[name[...]].map { String($0) } }

    /// The request's JSON. What is wrong with it is said by the field's name.
    func body<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        var request = request
        let bytes: ByteBuffer
        do {
            bytes = try await request.collectBody(upTo: APIContext.largestBody)
        } catch {
            throw APIFailure(.contentTooLarge, "too_large", "a request has at most \(APIContext.largestBody >> 10) KiB")
        }
        return try Self.decode(type, from: Data(bytes.readableBytesView))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from body: Data) throws -> Value {
        do {
            return try WireJSON.decode(type, from: body)
        } catch let error as DecodingError {
            throw APIFailure.badRequest(error.sentence)
        } catch {
            throw APIFailure.badRequest("the request is not JSON, or a number in it is no whole number")
        }
    }
}

extension Response {
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(value)))
        )
    }

    static var noContent: Response { Response(status: .noContent) }
}

extension DecodingError {
    /// "columns: expected …", without the type names of this program.
    var sentence: String {
        switch self {
        case .keyNotFound(let key, let context): "\(Self.path(context.codingPath + [key])): is missing"
        case .typeMismatch(let type, let context): "\(Self.path(context.codingPath)): expected \(Self.name(type))"
        case .valueNotFound(let type, let context):
            "\(Self.path(context.codingPath)): expected \(Self.name(type)), not null"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            "the request is not JSON, or a number in it is no whole number"
        case .dataCorrupted(let context): "\(Self.path(context.codingPath)): has a value that it cannot have"
        @unknown default: "the request is not as expected"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the request" : keys.map(\.stringValue).joined(separator: ".")
    }

    private static func name(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is UUID.Type: "a UUID"
        default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
        }
    }
}
