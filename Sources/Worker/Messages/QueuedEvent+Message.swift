import PluginAPI
import WorkerProtocol

extension QueuedEvent {
    /// The event for a message that waits its turn; nil for those that have a place of their own. `buttons` is the
    /// pointer's state so far.
    init?(_ message: BrokerMessage, buttons pressed: inout UInt32) {
        switch message {
        case .key(let keysym, let code, let isPressed):
            self.init(type: SCRIER_EVENT_KEY)
            event.keysym = keysym
            event.code = code
            event.pressed = isPressed ? 1 : 0
        case .pointer(let x, let y, let buttons):
            self.init(type: SCRIER_EVENT_POINTER)
            event.x = x
            event.y = y
            event.buttons = buttons
            // A press or release stays where it happened; only what moved in between may be skipped.
            isMove = buttons == pressed
            pressed = buttons
        case .clipboard(let mime, let bytes):
            self.init(type: SCRIER_EVENT_CLIPBOARD, name: mime, bytes: bytes)
        case .answer(let request, let status, let bytes):
            self.init(type: SCRIER_EVENT_ANSWER, bytes: bytes)
            event.request = request
            event.status = status
        case .start, .input, .request, .resize, .close, .look: return nil
        }
    }
}
