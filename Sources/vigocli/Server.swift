import Foundation
import NIOPosix
import Operator

/// The server that this command talks to.
enum Server {
    static func connection() throws -> ServerConnection {
        let configuration = try OperatorConfiguration.current(environment: ProcessInfo.processInfo.environment)
        // One loop is enough for one session, and lives as long as the process.
        return try ServerConnection(configuration, group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
    }

    static func api() throws -> APIClient { APIClient(try connection()) }

    /// A value as one component of a path.
    static func escape(_ component: String) -> String {
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove(charactersIn: "/;?#")
        return component.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}
