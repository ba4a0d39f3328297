import CLinux
import Glibc

/// Keeps what this process holds out of core files, debuggers' reach and crash reports.
package enum ProcessPrivacy {
    package static func begin() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = clinux_not_dumpable()
        // Swift's own report of a crash shows registers and memory, whatever SWIFT_BACKTRACE was when the process began.
        for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { signal(number, SIG_DFL) }
    }
}
