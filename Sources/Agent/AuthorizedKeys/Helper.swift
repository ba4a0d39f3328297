import Glibc

/// The work of the helper process. It has one thread, no network and an empty environment, reads one request, and
/// touches a home only with its owner's permissions.
package struct Helper {
    private var remarks: [String] = []

    package init() {}

    package mutating func answer(_ request: HelperRequest) -> HelperAnswer {
        let outcome: HelperAnswer.Outcome
        do {
            switch request {
            case .install(let install): outcome = try self.install(install)
            case .strip(let strip): outcome = try self.strip(strip)
            case .sweep(let sweep): outcome = self.sweep(sweep)
            }
        } catch {
            outcome = .failed(error.description)
        }
        return HelperAnswer(outcome: outcome, remarks: remarks)
    }

    private mutating func install(_ request: HelperRequest.Install) throws(HomeFileError) -> HelperAnswer.Outcome {
        let now = LocalTime.now
        let candidates = request.login.map { [UserAccount.named($0)].compactMap(\.self) } ?? UserAccount.all()
        guard let account = landingUser(among: candidates, key: request.operatorKey, at: now) else {
            return .notAuthorized
        }
        let lock = try HomeLock(uid: account.uid, in: request.locks)
        try UserIdentity.become(account)
        let seconds = max(1, min(request.seconds, EphemeralLine.longestLife))
        let line = EphemeralLine(
            key: request.ephemeralKey,
            envoy: request.envoy,
            session: request.session,
            expires: LocalTime(seconds: LocalTime.now.seconds + seconds)
        )
        let isInstalled = try HomeKeys(account: account).replace { file in
            // Once more under the lock: the key may have gone while we waited.
            file.authorizes(request.operatorKey, at: now) ? file.removing(session: request.session).adding(line) : file
        }
        _ = consume lock
        return isInstalled ? .installed(user: account.name) : .notAuthorized
    }

    private mutating func landingUser(among accounts: [UserAccount], key: AuthorizedKey, at now: LocalTime)
        -> UserAccount?
    {
        accounts.first { account in
            isCandidate(account) && (read(account)?.authorizes(key, at: now) ?? false)
        }
    }

    private func strip(_ request: HelperRequest.Strip) throws(HomeFileError) -> HelperAnswer.Outcome {
        guard let account = UserAccount.named(request.user), account.uid != 0 else { return .done(0) }
        let lock = try HomeLock(uid: account.uid, in: request.locks)
        try UserIdentity.become(account)
        let isChanged: Bool
        do {
            isChanged = try HomeKeys(account: account).replace { $0.removing(session: request.session) }
        } catch .missing {
            isChanged = false
        }
        _ = consume lock
        return .done(isChanged ? 1 : 0)
    }

    private mutating func sweep(_ request: HelperRequest.Sweep) -> HelperAnswer.Outcome {
        let accounts = request.users.map { $0.compactMap(UserAccount.named) } ?? UserAccount.all()
        var changed = 0
        // Also those who have no login shell any more: they may have had one.
        for account in accounts where account.uid != 0 && (UserIdentity.isRoot || account.uid == getuid()) {
            guard let file = read(account) else { continue }
            let clean = { (file: AuthorizedKeysFile) in
                file.sweeping(envoy: request.envoy, keeping: request.keeping, at: .now)
            }
            do {
                _ = UserIdentity.with(account) { try? HomeKeys(account: account).removeLeftovers() }
                guard clean(file) != file else { continue }
                let lock = try HomeLock(uid: account.uid, in: request.locks)
                // The file may belong to any of the user's groups.
                if try UserIdentity.with(
                    account,
                    allGroups: true,
                    { () throws(HomeFileError) in
                        try HomeKeys(account: account).replace(clean)
                    }
                ) == true {
                    changed += 1
                }
                _ = consume lock
            } catch {
                remark(account, error)
            }
        }
        return .done(changed)
    }

    private func isCandidate(_ account: UserAccount) -> Bool {
        account.isLandingTarget && (UserIdentity.isRoot || account.uid == getuid())
    }

    private mutating func read(_ account: UserAccount) -> AuthorizedKeysFile? {
        do {
            return try UserIdentity.with(account) { () throws(HomeFileError) in try HomeKeys(account: account).read() }
                ?? nil
        } catch {
            remark(account, error)
            return nil
        }
    }

    private mutating func remark(_ account: UserAccount, _ error: HomeFileError) {
        // Bounded: a thousand homes that cannot be read are one problem.
        guard remarks.count < 20 else { return }
        remarks.append("authorized_keys of \(account.name) is passed over: \(error)")
    }
}
