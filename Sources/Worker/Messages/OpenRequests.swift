import PluginAPI
import WorkerProtocol

/// The requests that the plugin has not replied to, and those of them that it has not even pulled.
struct OpenRequests {
    private var waiting: [QueuedEvent] = []
    private var sizes: [UInt32: Int] = [:]
    private var size = 0

    var hasWaiting: Bool { !waiting.isEmpty }

    func isOpen(_ number: UInt32) -> Bool { sizes[number] != nil }

    /// False for one that the broker must not send.
    mutating func take(_ request: ExchangePayload.Request, size payload: Int) -> Bool {
        guard sizes[request.number] == nil, sizes.count < WorkerFrame.maximumOpenRequests,
            size + payload <= WorkerFrame.maximumOpenRequestBytes
        else { return false }
        sizes[request.number] = payload
        size += payload
        var event = QueuedEvent(type: SCRIER_EVENT_REQUEST, name: request.method, copying: request.body)
        event.event.request = request.number
        waiting.append(event)
        return true
    }

    mutating func takeFirst() -> QueuedEvent? { waiting.isEmpty ? nil : waiting.removeFirst() }

    mutating func close(_ number: UInt32) {
        guard let payload = sizes.removeValue(forKey: number) else { return }
        size -= payload
    }
}
