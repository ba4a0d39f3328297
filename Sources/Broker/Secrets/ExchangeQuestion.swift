import NIOCore

/// One request on its way, and who waits for the reply.
struct ExchangeQuestion: Sendable {
    enum Outcome {
        /// A `scrier_status` and a body that is wiped afterwards.
        case reply(Int32, UnsafeRawBufferPointer)
        case failed(SecretsError)
    }

    let method: String
    let fields: [ExchangeField]
    let timeout: TimeAmount
    /// Once, on the worker's loop.
    let complete: @Sendable (Outcome) -> Void
}
