import Hummingbird
import NIOCore

/// What belongs to one request.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// More than any request needs.
    static let largestBody = 64 << 10

    var isAdminSocket: Bool { channel.isUnixSocket }
}

extension Channel {
    var isUnixSocket: Bool {
        if case .unixDomainSocket = localAddress { return true }
        return false
    }
}
