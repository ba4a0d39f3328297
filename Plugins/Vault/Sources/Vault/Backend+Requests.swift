import PluginKit

extension Backend {
    private static let largestPage = 1 << 20

    /// Makes the reply; false when it comes later.
    func handle(_ number: UInt32, _ method: String, _ rest: ExchangeFields) throws(ExchangeRefusal) -> Bool {
        var fields = rest
        switch method {
        case "status":
            try fields.end()
            status()
        case "get":
            let key = try SecretKey(fields.next())
            try fields.end()
            if index.saw(key, try files.get(key, into: body)) { changedFromOutside() }
        case "put":
            let key = try SecretKey(fields.next())
            let value = try fields.next()
            try fields.end()
            index.wrote(key, try files.put(key, value))
            epoch.grow()
        case "delete":
            let key = try SecretKey(fields.next())
            try fields.end()
            index.removed(key, pruned: try files.delete(key))
            epoch.grow()
        case "list":
            let (prefix, after) = (try fields.text(), try fields.text())
            try fields.end()
            try list(prefix, after)
        case "epoch":
            try fields.end()
            try refresh()
            body.append("\(epoch.value)")
        case "verify":
            let cursor = try Self.path(try fields.text())
            try fields.end()
            try verify(cursor)
        case "reseal":
            try fields.end()
            try refresh()
            if let reseal { reseal.requests.append(number) } else { reseal = Reseal(index.keys(), for: number) }
            return false
        default:
            throw ExchangeRefusal(.unsupported, "the vault has no such method")
        }
        return true
    }

    private func status() {
        do throws(ExchangeRefusal) {
            try refresh()
            body.append("open")
            body.append("\(epoch.value)")
            body.append("")
        } catch {
            body.append("unavailable")
            body.append("\(epoch.value)")
            body.append(error.sentence)
        }
    }

    private func refresh() throws(ExchangeRefusal) {
        do throws(StorageFailure) {
            if try index.refresh() { changedFromOutside() }
        } catch {
            throw ExchangeRefusal(.unavailable, "the secrets directory cannot be read: \(error.reason)")
        }
    }

    private func list(_ prefix: String, _ after: String) throws(ExchangeRefusal) {
        try refresh()
        let keys = index.keys()
        // Both are ASCII wherever they can match a key: Swift's order is that of the bytes.
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            let key = keys[middle].description
            if key <= after || key < prefix { low = middle + 1 } else { high = middle }
        }
        var end = low
        var size = 8
        while end < keys.count, keys[end].description.hasPrefix(prefix) {
            size += 4 + keys[end].description.utf8.count
            guard size < Self.largestPage else { break }
            end += 1
        }
        let hasMore = end < keys.count && keys[end].description.hasPrefix(prefix)
        body.append(hasMore ? "more" : "end")
        for key in keys[low..<end] { body.append(key.description) }
    }

    private func verify(_ cursor: [[UInt8]]) throws(ExchangeRefusal) {
        let page: Verifier.Page
        do throws(StorageFailure) {
            page = try Verifier(files: files, scratch: ExchangeBody()).page(after: cursor)
        } catch {
            throw ExchangeRefusal(.unavailable, "the secrets directory cannot be read: \(error.reason)")
        }
        body.append(page.cursor == nil ? "end" : "more")
        body.append(page.cursor.map(Self.cursor) ?? "")
        for finding in page.findings {
            body.append(finding.name)
            body.append(finding.problem)
        }
    }

    /// Names may be any bytes, and a cursor is text.
    private static func cursor(_ path: [[UInt8]]) -> String { path.map(Hex.encode).joined(separator: "/") }

    private static func path(_ cursor: String) throws(ExchangeRefusal) -> [[UInt8]] {
        let names = cursor.split(separator: "/").map { Hex.decode(String($0)) }
        guard names.allSatisfy({ $0 != nil }) else { throw .malformed }
        return names.compactMap { $0 }
    }
}
