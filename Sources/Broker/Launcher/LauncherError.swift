import CLinux
import Glibc

package enum LauncherError: Error, Equatable, CustomStringConvertible {
    case cannotSpawn(String, error: Int32)
    case gone
    case noUID
    case pathTooLong
    case noVault
    case refused(step: UInt32, error: Int32)

    package var description: String {
        switch self {
        case .cannotSpawn(let path, let error): "\(path) could not be started: \(String(cString: strerror(error)))"
        case .gone: "scrier-launcher has ended: restart vigosrv to open sessions again"
        case .noUID: "every uid of scrier.worker_uids is in use by a session: raise the range, or end a session"
        case .pathTooLong: "the plugin's path is longer than \(SCRIER_LAUNCHER_PATH_MAX - 1) bytes"
        case .noVault: "this server was started without a secrets directory"
        case .refused(SCRIER_LAUNCHER_STEP_EXECUTE, EACCES):
            "scrier-worker is out of reach for the uids of workers: every directory above it must be passable for others "
                + "(chmod o+x)"
        case .refused(let step, let error):
            "scrier-launcher could not start a worker (\(Self.label(step)): \(String(cString: strerror(error))))"
        }
    }

    /// Whether it is the vault's directory or its keys that are missing, not as they should be, or somebody else's for now.
    var isOfVaultFiles: Bool {
        guard case .refused(let step, _) = self else { return false }
        return [
            SCRIER_LAUNCHER_STEP_DIRECTORY, SCRIER_LAUNCHER_STEP_LOCK, SCRIER_LAUNCHER_STEP_KEY,
            SCRIER_LAUNCHER_STEP_NEXT_KEY,
        ].contains(step)
    }

    private static func label(_ step: UInt32) -> String {
        switch step {
        case SCRIER_LAUNCHER_STEP_FORK: "new process"
        case SCRIER_LAUNCHER_STEP_NAMESPACE: "the kernel refused a namespace, and scrier.confinement is strict"
        case SCRIER_LAUNCHER_STEP_LIMITS: "limits"
        case SCRIER_LAUNCHER_STEP_IDENTITY: "uid"
        case SCRIER_LAUNCHER_STEP_DESCRIPTORS: "descriptors"
        case SCRIER_LAUNCHER_STEP_EXECUTE: "scrier-worker"
        case SCRIER_LAUNCHER_STEP_PLUGIN: "the vault's plugin"
        case SCRIER_LAUNCHER_STEP_DIRECTORY, SCRIER_LAUNCHER_STEP_LOCK: "the secrets directory"
        case SCRIER_LAUNCHER_STEP_KEY, SCRIER_LAUNCHER_STEP_NEXT_KEY: "the vault's key"
        default: "request"
        }
    }
}
