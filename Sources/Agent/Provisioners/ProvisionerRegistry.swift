import Wire

/// The needs that this agent can meet.
struct ProvisionerRegistry: Sendable {
    private let provisioners: [String: any Provisioner]

    init(_ provisioners: [any Provisioner]) {
        self.provisioners = Dictionary(uniqueKeysWithValues: provisioners.map { ($0.need, $0) })
    }

    /// Meets the needs, all at the same time, and answers in their order. When one cannot be met, the others are
    /// taken back.
    func provision(_ needs: [Vigo_Agent_V1_Need], for session: ProvisioningSession) async throws(ProvisionFailure)
        -> [Provisioned]
    {
        // Before anything is touched: a session with a need that nobody knows would fail anyway.
        if let unknown = needs.first(where: { provisioners[$0.name] == nil }) {
            throw ProvisionFailure(.needUnknown, "this agent does not know how to provide \(unknown.name.prefix(64))")
        }
        let outcomes = await withTaskGroup(of: Outcome.self) { group in
            for (index, need) in needs.enumerated() {
                guard let provisioner = provisioners[need.name] else { continue }
                group.addTask { await Outcome(of: provisioner, need, for: session, index: index) }
            }
            var outcomes: [Outcome] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.index < $1.index }
        }
        let provisioned = outcomes.compactMap(\.provisioned)
        let failure = outcomes.lazy.compactMap(\.failure).first
        guard let failure else { return provisioned }
        for result in provisioned { await result.release?() }
        throw failure
    }
}

/// What became of one need.
///
/// A struct of two optionals: Swift 6.3 loses the value of a task whose result is a tuple with a `Result` of a typed error when it optimizes.
private struct Outcome: Sendable {
    let index: Int
    var provisioned: Provisioned?
    var failure: ProvisionFailure?

    init(
        of provisioner: any Provisioner,
        _ need: Vigo_Agent_V1_Need,
        for session: ProvisioningSession,
        index: Int
    ) async {
        self.index = index
        do {
            provisioned = try await provisioner.provision(need.parameters, for: session)
        } catch {
            failure = error
        }
    }
}
