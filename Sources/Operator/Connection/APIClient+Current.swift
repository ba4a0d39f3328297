import NIOPosix

extension APIClient {
    /// Of the server that this process's environment and files name.
    package static func current() throws -> APIClient {
        let configuration = try OperatorConfiguration.current(environment: Environment.current)
        // One loop is enough for one command, and lives as long as the process.
        return APIClient(try ServerConnection(configuration, group: MultiThreadedEventLoopGroup(numberOfThreads: 1)))
    }
}
