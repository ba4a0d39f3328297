import Foundation
import Hummingbird
import NIOCore

/// `GET /assets/{digest}/…`.
struct AssetRoute: Sendable {
    let assets: WebAssets
    let headers: WebHeaders

    func answer(_ request: Request) throws -> Response {
        let path = request.uri.path
        guard path.hasPrefix(assets.root + "/"), let asset = assets[String(path.dropFirst(assets.root.count + 1))]
        else {
            throw APIFailure.notFound("there is nothing at this address")
        }
        var fields = headers.ofAssets
        fields[.contentType] = asset.contentType
        fields[.cacheControl] = "public, max-age=31536000, immutable"
        fields[.eTag] = asset.tag
        fields[.vary] = "Accept-Encoding"
        if request.headers[.ifNoneMatch]?.contains(asset.tag) == true {
            return Response(status: .notModified, headers: fields)
        }
        guard let gzipped = asset.gzipped, Self.takesGzip(request.headers[.acceptEncoding] ?? "") else {
            return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: asset.plain))
        }
        fields[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: gzipped))
    }

    /// `gzip;q=0` is a refusal.
    static func takesGzip(_ header: String) -> Bool {
        header.lowercased().split(separator: ",").contains { item in
            let parts = item.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.first == "gzip" || parts.first == "*" else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
    }
}
