import Glibc

/// Limits that a broken or hostile plugin runs into before the machine does.
enum ResourceLimits {
    /// Two framebuffers of the largest size and what a protocol library needs beside them.
    private static let memory: rlim_t = 1 << 30
    private static let descriptors: rlim_t = 128

    /// 0, or -errno of the first that failed.
    static func apply(largestFile: rlim_t) -> Int32 {
        let limits: [(__rlimit_resource, rlim_t)] = [
            (RLIMIT_CORE, 0), (RLIMIT_FSIZE, largestFile), (RLIMIT_DATA, memory), (RLIMIT_NOFILE, descriptors),
        ]
        var result: Int32 = 0
        for (resource, most) in limits {
            var now = rlimit()
            guard getrlimit(__rlimit_resource_t(resource.rawValue), &now) == 0 else {
                result = -errno
                continue
            }
            let value = min(most, now.rlim_max)
            var limit = rlimit(rlim_cur: value, rlim_max: value)
            if setrlimit(__rlimit_resource_t(resource.rawValue), &limit) != 0 && result == 0 { result = -errno }
        }
        return result
    }
}
