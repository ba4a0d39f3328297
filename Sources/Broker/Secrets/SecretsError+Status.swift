import WorkerProtocol

extension SecretsError {
    /// From a `scrier_status` below zero and a body that may hold one field, a sentence.
    init(status: Int32, body: UnsafeRawBufferPointer, label: String) {
        let (code, usual) = Self.code(status, label)
        var fields = ExchangeFields(body)
        let said = (try? fields.next()).map { field in
            // It may come from whatever the backend talks to.
            String(decoding: field.prefix(1024).map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
        }
        self.init(code, said.flatMap { $0.isEmpty ? nil : $0 } ?? usual)
    }

    private static func code(_ status: Int32, _ label: String) -> (Code, String) {
        switch status {
        case -20: (.notFound, "there is no such secret")
        case -21, -5: (.denied, "the \(label) backend does not let this server do that")
        case -22: (.sealed, "the \(label) backend is sealed")
        case -6: (.unavailable, "what the \(label) backend talks to is not who it should be")
        case -24: (.corrupt, "what the \(label) backend holds is damaged")
        case -25: (.tooLarge, "that is more than the \(label) backend takes")
        case -26: (.conflict, "somebody else changed it at the same time")
        case -8: (.invalid, "the \(label) backend cannot do that")
        case -9: (.invalid, "the \(label) backend does not understand the request")
        default: (.unavailable, "the \(label) backend could not do it (status \(status))")
        }
    }
}
