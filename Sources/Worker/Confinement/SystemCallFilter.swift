import CSeccomp
import Glibc

/// A seccomp filter. A second one on top can only forbid more.
struct SystemCallFilter {
    private let fallback: UInt32
    private let rules: [Rule]
    /// Threads that the plugin's constructors started must not keep the weaker filter.
    private let everyThread: Bool

    struct Rule {
        var action: UInt32
        var calls: [String]
        var conditions: [scmp_arg_cmp] = []
    }

    static let allow: UInt32 = 0x7FFF_0000  // SCMP_ACT_ALLOW, a macro that Swift does not see
    static func refuse(_ error: Int32) -> UInt32 { 0x0005_0000 | UInt32(error) }  // SCMP_ACT_ERRNO

    init(fallback: UInt32, rules: [Rule], everyThread: Bool = false) {
        self.fallback = fallback
        self.rules = rules
        self.everyThread = everyThread
    }

    /// 0, or -errno.
    func load() -> Int32 {
        guard let filter = seccomp_init(fallback) else { return -ENOMEM }
        defer { seccomp_release(filter) }
        _ = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2)
        if everyThread { _ = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) }
        for rule in rules {
            for call in rule.calls {
                let number = seccomp_syscall_resolve_name(call)
                // Negative: another architecture has this call, or an older libseccomp does not know it.
                guard number >= 0 else { continue }
                let result = seccomp_rule_add_array(
                    filter,
                    rule.action,
                    number,
                    UInt32(rule.conditions.count),
                    rule.conditions
                )
                guard result == 0 else { return result }
            }
        }
        return seccomp_load(filter)
    }

    /// All bits of `mask` in argument `index` are as in `value`.
    static func bits(_ index: UInt32, of mask: UInt64, are value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: index, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
    }

    static func argument(_ index: UInt32, is value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: index, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
    }

    static func argument(_ index: UInt32, isNot value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: index, op: SCMP_CMP_NE, datum_a: value, datum_b: 0)
    }
}
