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
        let results = await withTaskGroup(of: (Int, Result<Provisioned, ProvisionFailure>).self) { group in
            for (index, need) in needs.enumerated() {
                guard let provisioner = provisioners[need.name] else { continue }
                group.addTask {
                    do throws(ProvisionFailure) {
                        return (index, .success(try await provisioner.provision(need.parameters, for: session)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [Int: Result<Provisioned, ProvisionFailure>]()) { $0[$1.0] = $1.1 }
        }
        var provisioned: [Provisioned] = []
        var failure: ProvisionFailure?
        for index in needs.indices {
            switch results[index] {
            case .success(let result): provisioned.append(result)
            case .failure(let error): failure = failure ?? error
            case nil: failure = failure ?? ProvisionFailure("a need was not looked at")
            }
        }
        guard let failure else { return provisioned }
        for result in provisioned { await result.release?() }
        throw failure
    }
}
