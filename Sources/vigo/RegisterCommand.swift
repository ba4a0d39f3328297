import Agent
import ArgumentParser

struct RegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Enroll this machine with a server."
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "The server, as https://host[:port].")
    var server: String

    @Option(help: "A one-time enrollment token. (default: VIGO_ENROLLMENT_TOKEN)")
    var token: String?

    @Option(help: "The name to enroll under. (default: this machine's)")
    var hostname: String?

    @Flag(help: "Take the place of an active envoy of the same hostname.")
    var force = false

    @Option(help: "Trust the CA in this file instead of the system's.")
    var caFile: String?

    @Option(help: "The configuration directory of an earlier enrollment of this machine.")
    var previous: String?

    func validate() throws {
        if let hostname, !ThisMachine.isHostname(hostname) {
            throw ValidationError("'\(hostname)' is no host name.")
        }
    }

    func run() async throws {
        var options = Registration.Options(server: server)
        options.token = token ?? Terminal.environment["VIGO_ENROLLMENT_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        options.hostname = hostname
        options.force = force
        options.authorityFile = caFile
        options.previousConfig = previous
        let registration = Registration(
            options: options,
            directories: global.directories,
            environment: Terminal.environment,
            say: { Terminal.complain($0) }
        )
        do {
            let envoy = try await registration.run()
            print("Enrolled as envoy \(envoy).")
        } catch let error as RegistrationError {
            Terminal.complain("vigo register: \(error)")
            throw ExitCode(error.exitCode)
        } catch let error as FileError {
            Terminal.complain("vigo register: \(error)")
            throw ExitCode(73)
        } catch {
            Terminal.complain("vigo register: \(error)")
            // EX_TEMPFAIL: nothing was changed, and it may work later.
            throw ExitCode(75)
        }
    }
}
