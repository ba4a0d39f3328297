public import PluginAPI

/// The worker's side of one session. It belongs to the thread that `run` was called on; `log` alone may cross threads.
public struct Host {
    let pointer: UnsafePointer<scrier_host>

    /// For tests, and for plugins that bring their own entry point.
    public init(_ pointer: UnsafePointer<scrier_host>) { self.pointer = pointer }

    /// Readable while `nextEvent()` has something: poll it together with the transport.
    public var events: CInt { pointer.pointee.events }

    public var log: Log { Log(host: pointer) }

    /// The next event, or nil when there is none. The bytes of the event before are gone with this call.
    public func nextEvent() -> Event? {
        while true {
            var event = scrier_event()
            event.size = UInt32(MemoryLayout<scrier_event>.size)
            guard scrier_next_event(pointer, &event) == Status.ok.rawValue else { return nil }
            if let event = Event(event) { return event }
        }
    }

    /// A parameter as it was given, or its fallback; nil when there is neither.
    public func parameter(_ name: String) -> String? {
        let bytes = scrier_get_parameter(pointer, name)
        guard bytes.data != nil else { return nil }
        return String(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
    }

    /// Lends a secret of this session. Never copy it into a `String`, which cannot be wiped.
    public func withSecret<Result>(_ name: String, _ body: (UnsafeRawBufferPointer?) throws -> Result) rethrows
        -> Result
    {
        let bytes = scrier_get_secret(pointer, name)
        return try body(bytes.data == nil ? nil : UnsafeRawBufferPointer(bytes))
    }

    /// The target has let us in: the client may show the session.
    public func ready() { scrier_ready(pointer) }

    /// Says in one sentence why the session is about to fail. Throwing a `SessionFailure` out of `run` does this.
    public func explain(_ sentence: String) {
        withBytes(of: sentence) { scrier_explain(pointer, $0) }
    }

    /// A further interface by name, or nil where this host has none.
    func find<Interface>(_ name: String, as type: Interface.Type) -> UnsafePointer<Interface>? {
        scrier_extension(pointer, name)?.assumingMemoryBound(to: type)
    }

    func runSession(_ body: (Host) throws -> SessionEnd) -> scrier_status {
        do {
            return try body(self).status.rawValue
        } catch let failure as SessionFailure {
            explain(failure.sentence)
            return failure.status.rawValue
        } catch {
            explain("The plugin failed: \(error)")
            return Status.internalError.rawValue
        }
    }
}
