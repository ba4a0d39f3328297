import Glibc

/// How many descriptors this process may have.
package enum OpenFiles {
    package static var limit: Int {
        var limits = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0
            ? Int(clamping: limits.rlim_cur) : 1024
    }

    /// The soft limit is a shell's, made for programs with few; the hard one is what the administrator allows.
    package static func raiseLimit() {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return }
        limits.rlim_cur = min(limits.rlim_max, 1 << 20)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    }
}
