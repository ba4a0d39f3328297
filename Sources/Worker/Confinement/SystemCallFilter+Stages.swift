import CSeccomp
import Glibc

extension SystemCallFilter {
    /// While the plugin loads: what is named here, all else fails with EPERM, so that a library takes its other path
    /// instead of dying. Calls that only touch what is open already, memory, time and threads of this process.
    static func loading(keepsFiles: Bool) -> SystemCallFilter {
        SystemCallFilter(fallback: refuse(EPERM), rules: loading + (keepsFiles ? keeping : []))
    }

    /// While it runs: no file opened, looked for or listed, no new code in memory, no further change of the rules. One that
    /// keeps files opens them from its directory's descriptor; that they lie below it is landlock's to see to.
    static func running(keepsFiles: Bool) -> SystemCallFilter {
        SystemCallFilter(
            fallback: allow,
            rules: running + (keepsFiles ? belowDescriptors : nowhere),
            everyThread: true
        )
    }

    private static let loading: [Rule] =
        [
            Rule(action: allow, calls: descriptors + memory + threads + time + itself + sockets + loadingOnly),
            Rule(action: allow, calls: ["open"], conditions: [readOnly(argument: 1)]),
            Rule(action: allow, calls: ["openat"], conditions: [readOnly(argument: 2)]),
            // Threads, not processes.
            Rule(action: allow, calls: ["clone"], conditions: [bits(0, of: cloneThread, are: cloneThread)]),
            // Its flags lie in memory, where no filter sees them: glibc then uses clone.
            Rule(action: refuse(ENOSYS), calls: ["clone3", "openat2"]),
            // Asking and setting this process's own limits.
            Rule(action: allow, calls: ["prlimit64"], conditions: [argument(0, is: 0)]),
            // A pair, for a library's own wake-ups; no socket that could reach anybody.
            Rule(action: allow, calls: ["socketpair"], conditions: [argument(0, is: UInt64(AF_UNIX))]),
            // How many bytes wait, non-blocking, is it a terminal.
            Rule(action: allow, calls: ["ioctl"], conditions: [argument(1, is: 0x541B)]),
            Rule(action: allow, calls: ["ioctl"], conditions: [argument(1, is: 0x5421)]),
            Rule(action: allow, calls: ["ioctl"], conditions: [argument(1, is: 0x5401)]),
            // abort() and raise() only.
            Rule(action: allow, calls: ["tgkill"], conditions: [argument(0, is: UInt64(getpid()))]),
        ]

    private static let running: [Rule] =
        [
            Rule(action: refuse(EACCES), calls: ["open"] + searching),
            // Of a descriptor, as fstat() does it, yes; of a path, no.
            Rule(action: refuse(EACCES), calls: ["newfstatat"], conditions: [bits(3, of: 0x1000, are: 0)]),
            Rule(action: refuse(EPERM), calls: ["seccomp"] + landlock),
            Rule(action: refuse(EPERM), calls: ["mmap", "mprotect"], conditions: [bits(2, of: 4, are: 4)]),
            // PR_SET_NAME stays: naming a thread harms nobody.
            Rule(action: refuse(EPERM), calls: ["prctl"], conditions: [argument(0, isNot: 15)]),
        ]

    private static let keeping = [
        Rule(action: allow, calls: ["openat", "renameat", "renameat2", "unlinkat", "mkdirat", "fsync"])
    ]

    private static let nowhere = [Rule(action: refuse(EACCES), calls: ["openat", "getdents64"])]

    /// Nothing from the working directory, which is everybody's.
    private static let belowDescriptors = [
        Rule(action: refuse(EACCES), calls: ["openat", "unlinkat", "mkdirat"], conditions: [isWorkingDirectory(0)]),
        Rule(action: refuse(EACCES), calls: ["renameat", "renameat2"], conditions: [isWorkingDirectory(0)]),
        Rule(action: refuse(EACCES), calls: ["renameat", "renameat2"], conditions: [isWorkingDirectory(2)]),
    ]

    /// AT_FDCWD in an argument of which the kernel looks at 32 bits.
    private static func isWorkingDirectory(_ argument: UInt32) -> scmp_arg_cmp {
        bits(argument, of: 0xFFFF_FFFF, are: UInt64(UInt32(bitPattern: AT_FDCWD)))
    }

    private static let cloneThread: UInt64 = 0x10000

    private static func readOnly(argument: UInt32) -> scmp_arg_cmp {
        bits(argument, of: UInt64(O_ACCMODE | O_CREAT | O_TRUNC), are: UInt64(O_RDONLY))
    }

    private static let descriptors = [
        "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "close", "close_range", "lseek",
        "dup", "dup2", "dup3", "fcntl", "fstat", "newfstatat", "pipe", "pipe2", "poll", "ppoll", "select", "pselect6",
        "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd",
        "eventfd2", "timerfd_create", "timerfd_settime", "timerfd_gettime",
    ]
    private static let sockets = [
        "recvfrom", "recvmsg", "recvmmsg", "sendto", "sendmsg", "sendmmsg", "shutdown", "getsockopt", "setsockopt",
        "getsockname", "getpeername",
    ]
    private static let memory = [
        "brk", "mmap", "munmap", "mprotect", "mremap", "madvise", "mlock", "mlock2", "munlock", "membarrier",
    ]
    private static let threads = [
        "futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "arch_prctl",
        "sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_min",
        "sched_get_priority_max", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
        "exit", "exit_group",
    ]
    private static let time = [
        "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times",
    ]
    private static let itself = [
        "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getresuid", "getresgid",
        "getpgrp", "getpgid", "getsid", "getrusage", "getrandom", "getcpu", "uname", "sysinfo",
    ]
    /// How the loader finds libraries.
    private static let searching = [
        "stat", "lstat", "statx", "statfs", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd",
    ]
    /// For the second step.
    private static let landlock = ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"]
    private static let loadingOnly =
        searching + landlock + ["getdents64"] + ["seccomp", "prctl", "fstatfs", "getrlimit", "fadvise64"]
}
